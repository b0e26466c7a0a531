import { Alert, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import { ReferenceInput } from '@/kit/fields/ReferenceInput';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import type { DraftStep } from './editor/steps';
import { FirstMailCheck } from './FirstMailCheck';
import type { PreviewMessage } from './outreach';
import classes from './outreach.module.css';
import { useMergeLabel } from './useMergeLabel';
import { usePreview } from './usePreview';

/** What is to be mended in the first mail, and how the steps read for one person. */
export function PreviewFor({ sequenceId, steps }: { sequenceId: string; steps: readonly DraftStep[] }) {
  const { t } = useTranslation();
  const { person, setPerson, preview } = usePreview(sequenceId, steps);
  return (
    <Stack gap="md">
      <FirstMailCheck sequenceId={sequenceId} steps={steps} person={person} preview={preview} />
      <Panel title={t('outreach.preview.title')}>
        <Stack gap="sm">
          <ReferenceInput
            kind="person"
            label={t('outreach.preview.person')}
            value={person}
            onChange={setPerson}
          />
          <ProblemAlert error={preview.error} />
          {person === null && <Text c="dimmed">{t('outreach.preview.choose')}</Text>}
          {person !== null &&
            preview.data?.messages.map((message) => <MessagePreview key={message.step} message={message} />)}
        </Stack>
      </Panel>
    </Stack>
  );
}

export function MessagePreview({ message }: { message: PreviewMessage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useMergeLabel();
  const kind = t(`outreach.kind.${message.kind}`);
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {t('outreach.step.name', { number: message.step, kind })}
        {message.due_local &&
          ` · ${t('outreach.preview.leaves', { when: format.clockTime(message.due_local) })}`}
      </Text>
      {message.kind !== 'wait' && (
        <div className={classes.mail}>
          <Text fw={600} mb={4}>
            {message.subject}
          </Text>
          {message.text}
        </div>
      )}
      {message.warnings.map((warning) => (
        <Text key={warning} size="xs" c="dimmed" mt={4}>
          {textOr(t, `outreach.preview.warning.${warning}`, warning)}{' '}
          {textOr(t, `outreach.preview.why.${warning}`, '')}
        </Text>
      ))}
      {message.missing.length > 0 && (
        <Alert color="red" variant="light" p="xs" mt={4}>
          {t('outreach.preview.missing', { fields: message.missing.map(label).join(', ') })}
        </Alert>
      )}
    </div>
  );
}
