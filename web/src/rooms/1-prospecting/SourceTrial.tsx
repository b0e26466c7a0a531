import { Alert, Badge, Box, Button, Code, Group, Stack, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { textOr } from '@/i18n/texts';
import { ReferenceInput } from '@/kit/fields/ReferenceInput';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { type SourceContent, type Trial, useTargetName } from './enrichment';
import classes from './enrichment.module.css';
import type { Secrets } from './SourcePage';
import { TargetValue } from './TargetValue';

interface Props {
  id: string;
  content: SourceContent;
  secrets: Secrets;
}

/** The source as it stands in the form, tried out on one record. Nothing of the record changes. */
export function SourceTrial({ id, content, secrets }: Props) {
  const { t } = useTranslation();
  const [record, setRecord] = useState<string | null>(null);
  const attempt = useMutation({
    mutationFn: () =>
      api.post<Trial>('/enrichment-providers/try', { provider_id: id, content, secrets, record_id: record }),
  });
  return (
    <Panel title={t('enrichment.trial')} lead={t('enrichment.trial_lead')}>
      <Stack gap="sm">
        <Group align="flex-end" wrap="nowrap" gap="xs">
          <Box flex={1}>
            <ReferenceInput
              kind={content.on}
              label={t(`records.${content.on}.many`)}
              value={record}
              onChange={setRecord}
            />
          </Box>
          <Button disabled={!record} loading={attempt.isPending} onClick={() => attempt.mutate()}>
            {t('enrichment.try')}
          </Button>
        </Group>
        <ProblemAlert error={attempt.error} />
        {attempt.data && <Outcome trial={attempt.data} content={content} />}
      </Stack>
    </Panel>
  );
}

function Outcome({ trial, content }: { trial: Trial; content: SourceContent }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useTargetName(content.on);
  const fields = trial.reason === 'missing' ? (trial.detail ?? '').split(', ').map(name).join(', ') : '';
  const { request, answer } = trial;
  return (
    <>
      {trial.reason && (
        <Alert color={trial.reason === 'unknown_there' ? 'gray' : 'red'} variant="light" p="sm">
          <Text size="sm">{textOr(t, `enrichment.reason.${trial.reason}`, trial.reason, { fields })}</Text>
          {trial.detail && trial.reason !== 'missing' && (
            <Text size="xs" c="dimmed">
              {trial.detail}
            </Text>
          )}
        </Alert>
      )}
      {trial.values.length > 0 && <Values trial={trial} content={content} />}
      {request && (
        <div>
          <Text size="xs" fw={600}>
            {t('enrichment.sent')}
          </Text>
          <Code block className={classes.code}>
            {[`${request.method} ${request.url}`, ...request.headers, request.body]
              .filter(Boolean)
              .join('\n')}
          </Code>
        </div>
      )}
      {answer && (
        <div>
          <Text size="xs" fw={600}>
            {t('enrichment.answered', { took: format.number(answer.took_ms) })}
            {answer.status !== null && ` · ${answer.status}`}
          </Text>
          <Code block className={classes.code}>
            {pretty(answer.text)}
          </Code>
        </div>
      )}
    </>
  );
}

function Values({ trial, content }: { trial: Trial; content: SourceContent }) {
  const { t } = useTranslation();
  const name = useTargetName(content.on);
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('enrichment.field')}</Table.Th>
          <Table.Th>{t('enrichment.found')}</Table.Th>
          <Table.Th>{t('enrichment.then')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {trial.values.map((one) => (
          <Table.Tr key={one.to}>
            <Table.Td>{name(one.to)}</Table.Td>
            <Table.Td className={classes.code}>
              <TargetValue kind={content.on} field={one.to} value={one.fault ? one.raw : one.value} />
              {one.fault && (
                <Text size="xs" c="var(--harm)">
                  {one.fault}
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              <Badge variant="light" tt="none" color={one.standing === 'write' ? undefined : 'gray'}>
                {t(`enrichment.standing.${one.standing}`)}
              </Badge>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
