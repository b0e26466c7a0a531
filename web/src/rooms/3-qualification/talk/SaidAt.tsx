import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { clock } from './talk';

/** A link to the second of a talk in which something was said. */
export function SaidAt({ talk, ms }: { talk: string; ms: number | null }) {
  const { t } = useTranslation();
  const at = ms === null ? '' : clock(ms / 1000);
  return (
    <Anchor component={Link} to={`/talks/${talk}`} hash={ms === null ? '' : `at-${ms}`} size="xs">
      {t('talk.said', { at })}
    </Anchor>
  );
}
