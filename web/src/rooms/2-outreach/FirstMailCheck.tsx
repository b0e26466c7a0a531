import { List, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Preview } from '@/api/generated/model';
import { textOr } from '@/i18n/texts';
import { Panel } from '@/kit/Page';
import { type DraftStep, letterOf, plainOf, wordingOf } from './editor/steps';
import classes from './outreach.module.css';
import { previewQuery } from './usePreview';

interface FirstMailCheckProps {
  sequenceId: string;
  steps: readonly DraftStep[];
  person: string | null;
  preview: UseQueryResult<Preview>;
}

/** What a stranger should not read in a first mail, each with why; every wording of it for itself. */
export function FirstMailCheck({ sequenceId, steps, person, preview }: FirstMailCheckProps) {
  const { t } = useTranslation();
  const [settled] = useDebouncedValue(steps, 400);
  const at = settled.findIndex((one) => one.kind === 'mail');
  const first = settled[at];
  // The server reads the step's own wording; the others are put in its place, one after the other.
  const others = useQueries({
    queries: (first?.variants ?? []).map((_, n) =>
      previewQuery(sequenceId, person, [
        plainOf({
          ...(first as DraftStep),
          ...wordingOf(first as DraftStep, n + 1),
          variants: [],
          branches: [],
        }),
      ]),
    ),
  });
  const own = preview.data?.messages.find((one) => one.step === at + 1 && one.kind === 'mail');
  const wordings = [own?.warnings, ...others.map((one) => one.data?.messages[0]?.warnings)];
  const content = () => {
    if (person === null) return <Text c="dimmed">{t('outreach.lint.nobody')}</Text>;
    if (preview.isError) return <Text c="dimmed">{t('outreach.lint.broken')}</Text>;
    if (!first) return <Text c="dimmed">{t('outreach.lint.no_mail')}</Text>;
    return wordings.map((warnings, arm) => (
      <div key={letterOf(arm)}>
        {wordings.length > 1 && (
          <Text size="xs" fw={600} mt={arm > 0 ? 'xs' : 0}>
            {t('outreach.lint.wording', { letter: letterOf(arm) })}
          </Text>
        )}
        {warnings && <Warnings warnings={warnings} />}
      </div>
    ));
  };
  return (
    <Panel title={t('outreach.lint.title')}>
      <div aria-live="polite">{content()}</div>
    </Panel>
  );
}

function Warnings({ warnings }: { warnings: string[] }) {
  const { t } = useTranslation();
  if (warnings.length === 0) {
    return (
      <List size="sm" icon={<IconCircleCheck size={16} className={classes.good} />}>
        <List.Item>{t('outreach.lint.good')}</List.Item>
      </List>
    );
  }
  return (
    <List size="sm" spacing={6} icon={<IconAlertTriangle size={16} className={classes.warn} />}>
      {warnings.map((warning) => (
        <List.Item key={warning}>
          <Text fw={550}>{textOr(t, `outreach.preview.warning.${warning}`, warning)}</Text>
          <Text size="xs" c="dimmed">
            {textOr(t, `outreach.preview.why.${warning}`, '')}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
