import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { clock } from './talk';

/** A link to a piece of the transcript on the same page, by the second it was said. */
export function At({ cue, start }: { cue: number; start: number | null }) {
  const { t } = useTranslation();
  const at = start === null ? `#${cue + 1}` : clock(start);
  return (
    <Anchor href={`#cue-${cue}`} size="sm" aria-label={t('talk.go', { at })}>
      {at}
    </Anchor>
  );
}
