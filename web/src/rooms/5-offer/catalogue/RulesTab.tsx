import { Button, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApprovalRules } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan, useMe } from '@/app/session';
import { notifyDone } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { moved } from '../offer';
import { rulesQuery } from './catalogue';
import { DelegatePanel } from './DelegatePanel';
import { RuleLine } from './RuleLine';

const kinds = [
  'discount',
  'under_floor',
  'no_list_price',
  'margin_below',
  'non_standard_term',
  'payment_days',
  'free_text_clause',
  'value_above',
] as const;

/** When somebody else has to agree before an offer goes out, and who stands in for whom. */
export function RulesTab() {
  const rules = useQuery(rulesQuery);
  if (rules.isPending) return <Skeleton h={160} />;
  if (rules.isError) return <ProblemAlert error={rules.error} />;
  return (
    <Stack gap="lg">
      <Rules key={JSON.stringify(rules.data)} kept={rules.data} />
      <DelegatePanel />
    </Stack>
  );
}

function Rules({ kept }: { kept: ApprovalRules }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const isAdmin = useCan('admin');
  const home = useMe()?.workspace.currency ?? 'USD';
  const [rules, setRules] = useState(kept.rules);
  const save = useMutation({
    mutationFn: () => api.put<ApprovalRules>('/offer-rules', { rules }),
    meta: { quiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/offer-rules'] });
      notifyDone(t('kit.saved'));
    },
  });
  const add = (kind: string | null) => {
    const found = kinds.find((one) => one === kind);
    const over = found === 'payment_days' ? 30 : 0;
    const currency = found === 'value_above' ? home : null;
    if (found) setRules([...rules, { kind: found, over, currency, needs: 'manager' }]);
  };
  return (
    <Panel
      title={t('offer.rules.title')}
      lead={t('offer.rules.lead')}
      actions={
        isAdmin && (
          <Button
            disabled={JSON.stringify(rules) === JSON.stringify(kept.rules)}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            {t('kit.save')}
          </Button>
        )
      }
    >
      <ProblemAlert error={save.error} />
      {rules.map((rule, n) => (
        <RuleLine
          // biome-ignore lint/suspicious/noArrayIndexKey: rules are known by their place
          key={n}
          rule={rule}
          home={home}
          readOnly={!isAdmin}
          onMove={(by) => setRules(moved(rules, n, by))}
          onChange={(next) =>
            setRules(rules.flatMap((one, place) => (place === n ? (next ? [next] : []) : [one])))
          }
        />
      ))}
      {rules.length === 0 && <Text c="dimmed">{t('offer.rules.none')}</Text>}
      {isAdmin && (
        <Select
          mt="sm"
          w={260}
          aria-label={t('offer.rules.add')}
          placeholder={t('offer.rules.add')}
          data={kinds.map((kind) => ({ value: kind, label: t(`offer.rules.kind.${kind}`) }))}
          value={null}
          onChange={add}
        />
      )}
    </Panel>
  );
}
