import { Kbd } from '@mantine/core';

/** The key that does it too; not on a phone, which has none. */
export function KeyHint({ of }: { of: string }) {
  return (
    <Kbd size="xs" visibleFrom="sm">
      {of}
    </Kbd>
  );
}
