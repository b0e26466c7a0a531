import { Alert, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { textOr } from '@/i18n/texts';
import { ReferenceInput } from '@/kit/fields/ReferenceInput';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import type { PreviewMessage, SequenceStep } from './outreach';
import classes from './outreach.module.css';
import { useMergeLabel } from './useMergeLabel';

/** How the steps read for one person, with everything that is missing named. */
export function PreviewFor({ sequenceId, steps }: { sequenceId: string; steps: SequenceStep[] }) {
  const { t } = useTranslation();
  const [person, setPerson] = useState<string | null>(null);
  const [settled] = useDebouncedValue(steps, 400);
  const preview = useQuery({
    queryKey: ['/sequences', sequenceId, 'preview', person, settled],
    queryFn: () =>
      api.post<{ messages: PreviewMessage[] }>(`/sequences/${sequenceId}/preview`, {
        person_id: person,
        steps: settled,
      }),
    enabled: person !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
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
  );
}

export function MessagePreview({ message }: { message: PreviewMessage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useMergeLabel();
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {t('outreach.sequence.step', { number: message.step })}
        {message.due_local &&
          ` · ${t('outreach.preview.leaves', { when: format.clockTime(message.due_local) })}`}
      </Text>
      <div className={classes.mail}>
        <Text fw={600} mb={4}>
          {message.subject}
        </Text>
        {message.text}
      </div>
      {message.warnings.map((warning) => (
        <Text key={warning} size="xs" c="dimmed" mt={4}>
          {textOr(t, `outreach.preview.warning.${warning}`, warning)}
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
