import { Button, Group, MultiSelect, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Framework } from '@/api/generated/model';
import { api } from '@/api/http';
import { currentProcessQuery, wordIn } from '@/api/process';
import { useCan } from '@/app/session';
import { notifyDone } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { said } from '../cockpit/talks';

/** Which frameworks each stage opens. Saving publishes the process anew; deals under way keep the version they follow. */
export function StageFrameworks({ frameworks }: { frameworks: Framework[] }) {
  const { t } = useTranslation();
  const process = useQuery(currentProcessQuery);
  const isManager = useCan('manager');
  const published = frameworks.filter((one) => one.version > 0);
  if (!isManager || published.length === 0) return null;
  const stages =
    process.data?.definition.stages.filter((one) => ['outreach', 'qualification'].includes(one.phase)) ?? [];
  return (
    <Panel title={t('discovery.in_process')} lead={t('discovery.in_process_lead')}>
      <ProblemAlert error={process.error} />
      {stages.map((stage) => (
        <OneStage key={stage.key} stage={stage} frameworks={published} />
      ))}
    </Panel>
  );
}

interface StageProps {
  stage: { key: string; name: { en: string; ko: string } };
  frameworks: Framework[];
}

function OneStage({ stage, frameworks }: StageProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const now = frameworks.filter((one) => stage.key in one.stages);
  const [chosen, setChosen] = useState<string[] | null>(null);
  const old = now.some((one) => one.stages[stage.key] !== one.version);
  const save = useMutation({
    mutationFn: () =>
      api.put(`/process/stages/${stage.key}/frameworks`, {
        framework_ids: chosen ?? now.map((one) => one.id),
      }),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['/frameworks'] }),
        client.invalidateQueries({ queryKey: ['/process'] }),
      ]);
      setChosen(null);
      notifyDone(t('discovery.process_published'));
    },
  });
  return (
    <Group align="flex-end" gap="xs" mb="xs">
      <MultiSelect
        flex={1}
        miw={220}
        label={wordIn(stage.name, i18n.language)}
        data={frameworks.map((one) => ({ value: one.id, label: said(one.outline.name, i18n.language) }))}
        value={chosen ?? now.map((one) => one.id)}
        onChange={setChosen}
      />
      {old && !chosen && (
        <Text size="xs" c="dimmed">
          {t('discovery.older_version')}
        </Text>
      )}
      <Button
        variant="light"
        disabled={!chosen && !old}
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        {t('discovery.publish_process')}
      </Button>
    </Group>
  );
}
