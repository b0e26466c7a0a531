import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface ScrollTableProps {
  label: string;
  /** From which width on it fits, in pixels; below it scrolls sideways, by keys too. */
  minWidth: number;
  children: ReactNode;
}

/** A table that is too wide for a phone. */
export function ScrollTable({ label, minWidth, children }: ScrollTableProps) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'group', 'aria-label': label } }}
    >
      {children}
    </Table.ScrollContainer>
  );
}
