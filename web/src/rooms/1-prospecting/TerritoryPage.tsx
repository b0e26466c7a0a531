import { Button, Select, Skeleton, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { membersQuery, useFields } from '@/api/records';
import { useCan, useMe } from '@/app/session';
import { FilterChips } from '@/kit/list/FilterChips';
import { notifyDone } from '@/kit/notify';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { SeatInputs } from './SeatInputs';
import { TerritoryPreviewPanel } from './TerritoryPreviewPanel';
import {
  conditionsOf,
  type Definition,
  firstChoices,
  isWhole,
  type Method,
  methods,
  ruleOf,
  type Territory,
  territoriesQuery,
} from './territory';
import classes from './territory.module.css';

/** One territory, or a new one, and what it would change. */
export function TerritoryPage() {
  const { id } = useParams({ from: '/app/territories/$id' });
  const me = useMe();
  const all = useQuery(territoriesQuery);
  if (all.isPending || !me) return <Skeleton m="lg" h={300} />;
  const old = all.data?.find((one) => one.id === id);
  if (all.isError || (!old && id !== 'new'))
    return <ProblemAlert error={all.error} retry={() => all.refetch()} />;
  return <Editor key={`${id}.${old?.revision}`} old={old} me={me.user.id} />;
}

function definitionOf(old: Territory | undefined, me: string): Definition {
  if (!old) return { name: '', purpose: '', rule: { where: [] }, owner_id: me, method: 'owner', members: [] };
  const { name, purpose, rule, owner_id, method, members } = old;
  return { name, purpose, rule, owner_id, method, members };
}

const settleMilliseconds = 500;

function Editor({ old, me }: { old?: Territory; me: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const manager = useCan('manager');
  const fields = useFields('company');
  const members = useQuery(membersQuery).data ?? [];
  const [draft, setDraft] = useState(() => definitionOf(old, me));
  const [conditions, setConditions] = useState(() => conditionsOf(draft.rule));
  const [choices, setChoices] = useState(firstChoices);
  const whole: Definition = { ...draft, rule: { ...draft.rule, ...ruleOf(conditions) } };
  const [settled] = useDebouncedValue(whole, settleMilliseconds);
  const set = (changes: Partial<Definition>) => setDraft({ ...draft, ...changes });
  const save = useMutation({
    mutationFn: () =>
      old
        ? api.patch<Territory>(`/territories/${old.id}`, whole, old.revision)
        : api.post<Territory>('/territories', whole),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: ['/territories'] });
      notifyDone(t('prospecting.territory.saved'));
      await navigate({ to: '/territories/$id', params: { id: saved.id } });
    },
  });
  return (
    <Page
      wide
      back={
        <Link to="/rooms/$stage" params={{ stage: 'prospecting' }} search={{ tab: 'territories' }}>
          {t('prospecting.tab.territories')}
        </Link>
      }
      title={old?.name ?? t('prospecting.territory.create')}
      lead={t('prospecting.territory.lead')}
      actions={
        manager && (
          <Button loading={save.isPending} disabled={!isWhole(whole)} onClick={() => save.mutate()}>
            {t('kit.save')}
          </Button>
        )
      }
    >
      <div className={classes.editor}>
        <Panel>
          <Stack gap="md">
            <ProblemAlert error={save.error} />
            <TextInput
              required
              label={t('error.name.name')}
              maxLength={200}
              value={draft.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
            <Textarea
              required
              autosize
              minRows={2}
              label={t('error.name.purpose')}
              description={t('prospecting.territory.purpose_lead')}
              maxLength={2000}
              value={draft.purpose}
              onChange={(event) => set({ purpose: event.currentTarget.value })}
            />
            <div>
              <Text fw={500} size="sm">
                {t('prospecting.territory.rule')}
              </Text>
              <FilterChips fields={fields} conditions={conditions} onChange={setConditions} />
            </div>
            <Select
              required
              searchable
              allowDeselect={false}
              label={t('prospecting.territory.owner')}
              description={t('prospecting.territory.owner_lead')}
              data={members.map((one) => ({ value: one.user_id, label: one.name }))}
              value={draft.owner_id}
              onChange={(owner) => owner && set({ owner_id: owner })}
            />
            <Select
              allowDeselect={false}
              label={t('prospecting.territory.method')}
              description={t(`prospecting.territory.method_lead.${draft.method}`)}
              data={methods.map((one) => ({ value: one, label: t(`prospecting.territory.methods.${one}`) }))}
              value={draft.method}
              onChange={(method) => method && set({ method: method as Method })}
            />
            {draft.method !== 'owner' && (
              <SeatInputs
                seats={draft.members}
                method={draft.method}
                onChange={(next) => set({ members: next })}
              />
            )}
          </Stack>
        </Panel>
        <TerritoryPreviewPanel
          request={{ id: old?.id, territory: settled, choices }}
          enabled={isWhole(settled)}
          onChoices={setChoices}
        />
      </div>
    </Page>
  );
}
