import { Button, Checkbox, Group, SegmentedControl, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Kind } from '@/api/model';
import { paths } from '@/api/records';
import { isTyping } from '@/app/shell/useShortcuts';
import { DayInput } from '@/kit/fields/DayInput';
import { useFormat } from '../format';
import classes from './record.module.css';

const entryKinds = ['note', 'call', 'meeting', 'task'] as const;
type EntryKind = (typeof entryKinds)[number];

/** What became of a dial; only `intended` counts as a connect. */
const callOutcomes = [
  'intended',
  'no_answer',
  'voicemail',
  'gatekeeper',
  'wrong_person',
  'busy',
  'dropped',
] as const;
const meetingOutcomes = ['held', 'booked', 'no_show', 'cancelled'] as const;

export interface Subject {
  kind: Kind;
  id: string;
  company_id?: string | null;
  person_id?: string | null;
  deal_id?: string | null;
}

interface Draft {
  text: string;
  outcome: string;
  minutes: string;
  twoWay: boolean;
  dueOn: string;
}

function requestOf(kind: EntryKind, draft: Draft, subject: Subject): [string, Record<string, unknown>] {
  const about = {
    company_id: subject.company_id ?? null,
    person_id: subject.person_id ?? null,
    deal_id: subject.deal_id ?? null,
  };
  if (kind === 'task') return ['/tasks', { ...about, title: draft.text, due_on: draft.dueOn || null }];
  const seconds = draft.minutes === '' ? null : Math.round(Number(draft.minutes) * 60);
  const outcome = kind === 'note' ? null : draft.outcome;
  const twoWay = kind === 'call' && draft.outcome === 'intended' && draft.twoWay;
  return [
    '/activities',
    { ...about, kind, body: draft.text, outcome, duration_seconds: seconds, two_way: twoWay },
  ];
}

/** Writes a note, logs a call or a meeting, or plans a task. `r` starts a note, `c` a call. */
export function Composer({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const input = useRef<HTMLTextAreaElement>(null);
  const [kind, setKind] = useState<EntryKind>('note');
  const fresh: Draft = { text: '', outcome: 'intended', minutes: '', twoWay: true, dueOn: format.today() };
  const [draft, setDraft] = useState(fresh);
  const change = (next: Partial<Draft>) => setDraft((old) => ({ ...old, ...next }));
  const choose = (next: EntryKind) => {
    setKind(next);
    change({ outcome: next === 'meeting' ? 'held' : 'intended' });
  };
  const send = useMutation({
    mutationFn: () => api.post(...requestOf(kind, draft, subject)),
    onSuccess: async () => {
      setDraft(fresh);
      await Promise.all([
        client.invalidateQueries({ queryKey: [paths[subject.kind]] }),
        client.invalidateQueries({ queryKey: ['/tasks'] }),
        client.invalidateQueries({ queryKey: ['/today'] }),
      ]);
    },
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || isTyping(event)) return;
      if (event.key !== 'r' && event.key !== 'c') return;
      event.preventDefault();
      setKind(event.key === 'r' ? 'note' : 'call');
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const outcomes = kind === 'call' ? callOutcomes : kind === 'meeting' ? meetingOutcomes : [];
  const worthSaving = draft.text.trim() !== '' || outcomes.length > 0;
  const submit = () => worthSaving && send.mutate();
  return (
    <Stack gap="xs" className={classes.composer}>
      <SegmentedControl
        size="xs"
        value={kind}
        onChange={(next) => choose(next as EntryKind)}
        data={entryKinds.map((one) => ({ value: one, label: t(`records.compose.${one}`) }))}
      />
      <Textarea
        ref={input}
        minRows={2}
        aria-label={t(`records.compose.${kind}`)}
        placeholder={t(`records.compose.${kind}_hint`)}
        value={draft.text}
        onChange={(event) => change({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit();
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <Group gap="xs" align="flex-end">
        {outcomes.length > 0 && (
          <Select
            aria-label={t('records.compose.outcome')}
            allowDeselect={false}
            data={outcomes.map((one) => ({ value: one, label: t(`records.outcome.${one}`) }))}
            value={draft.outcome}
            onChange={(next) => next && change({ outcome: next })}
          />
        )}
        {outcomes.length > 0 && (
          <TextInput
            w={96}
            inputMode="numeric"
            aria-label={t('records.compose.minutes')}
            placeholder={t('records.compose.minutes')}
            value={draft.minutes}
            onChange={(event) => change({ minutes: event.currentTarget.value.replace(/[^\d.]/g, '') })}
          />
        )}
        {kind === 'call' && draft.outcome === 'intended' && (
          <Checkbox
            size="xs"
            mb={8}
            label={t('records.compose.two_way')}
            checked={draft.twoWay}
            onChange={(event) => change({ twoWay: event.currentTarget.checked })}
          />
        )}
        {kind === 'task' && (
          <DayInput
            aria-label={t('records.compose.due')}
            placeholder={t('records.compose.due')}
            value={draft.dueOn}
            onChange={(day) => change({ dueOn: day ?? '' })}
          />
        )}
        <Button ml="auto" onClick={submit} disabled={!worthSaving} loading={send.isPending}>
          {t(kind === 'task' ? 'kit.add' : 'kit.save')}
        </Button>
      </Group>
    </Stack>
  );
}
