import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { KeyRecord, SendingDomain } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { askFirst } from '@/kit/askFirst';
import { CopyField } from '@/kit/CopyField';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { DomainFindings } from './DomainFindings';
import classes from './outreach.module.css';

/** One sending domain: how it stands, the record to publish, what was found. */
export function SendingDomainLine({ domain }: { domain: SendingDomain }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const [canWrite, isAdmin] = [useCan('rep'), useCan('admin')];
  const path = `/sending-domains/${encodeURIComponent(domain.domain)}`;
  const onSuccess = () => client.invalidateQueries({ queryKey: ['/sending-domains'] });
  const check = useMutation({ mutationFn: () => api.post(`${path}/check`), onSuccess });
  const make = useMutation({ mutationFn: () => api.post(`${path}/key`), onSuccess });
  const take = useMutation({ mutationFn: () => api.delete(`${path}/key`), onSuccess });
  const { report } = domain;
  const askToTake = () =>
    askFirst({
      title: t('outreach.domain.take_title', { domain: domain.domain }),
      text: t('outreach.domain.take_text'),
      confirm: t('outreach.domain.take_key'),
      onConfirm: () => take.mutate(),
    });
  return (
    <div className={classes.line}>
      <Group justify="space-between" gap="xs">
        <div>
          <Group gap="xs">
            <Text fw={600}>{domain.domain}</Text>
            <State domain={domain} />
          </Group>
          <Text size="xs" c="dimmed">
            {domain.mailboxes.join(', ')}
            {report && ` · ${t('outreach.domain.checked', { when: format.relative(report.checked_at) })}`}
            {domain.waits && ` · ${t('outreach.domain.waits')}`}
          </Text>
        </div>
        <Group gap="xs">
          {isAdmin &&
            (domain.key ? (
              <Button variant="default" size="compact-sm" onClick={askToTake}>
                {t('outreach.domain.take_key')}
              </Button>
            ) : (
              <Button
                variant="default"
                size="compact-sm"
                loading={make.isPending}
                onClick={() => make.mutate()}
              >
                {t('outreach.domain.make_key')}
              </Button>
            ))}
          {canWrite && (
            <Button
              variant="default"
              size="compact-sm"
              loading={check.isPending}
              onClick={() => check.mutate()}
            >
              {t('outreach.domain.check')}
            </Button>
          )}
        </Group>
      </Group>
      <ProblemAlert error={check.error ?? make.error ?? take.error} />
      {domain.key && <Record record={domain.key} />}
      {report && <DomainFindings findings={report.findings} />}
    </div>
  );
}

function State({ domain: { report } }: { domain: SendingDomain }) {
  const { t } = useTranslation();
  const state = report ? (report.ready ? 'ready' : 'unready') : 'unchecked';
  return (
    <Badge variant="light" tt="none" color={state === 'unready' ? 'red' : 'gray'}>
      {t(`outreach.domain.${state}`)}
    </Badge>
  );
}

function Record({ record }: { record: KeyRecord }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" mt="xs">
      <CopyField label={t('outreach.domain.record_name')} value={record.name} />
      <CopyField
        label={t('outreach.domain.record_value')}
        value={record.value}
        hint={t('outreach.domain.record_hint')}
      />
    </Stack>
  );
}
