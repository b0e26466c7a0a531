import { Button, Group, Select, Skeleton, Stack, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { notifyDone } from '@/kit/notify';
import { Page } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { goals, mailboxesQuery, type Sequence, type SequenceStep, sequenceQuery } from './outreach';
import classes from './outreach.module.css';
import { PreviewFor } from './PreviewFor';
import { SendTimes } from './SendTimes';
import { StepEditor } from './StepEditor';
import { windowsFault } from './windows';

export function SequencePage() {
  const { id } = useParams({ from: '/app/sequences/$id' });
  const sequence = useQuery(sequenceQuery(id));
  if (sequence.isPending) return <Skeleton m="lg" h={300} />;
  if (sequence.isError) return <ProblemAlert error={sequence.error} retry={() => sequence.refetch()} />;
  return <Editor key={id} sequence={sequence.data} />;
}

/** What of a sequence is written on this page. */
function editable({ name, goal, mailbox_id, windows, steps }: Sequence) {
  return { name, goal, mailbox_id, windows, steps };
}

/** The steps on the left; how they read for one recipient on the right. */
function Editor({ sequence }: { sequence: Sequence }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const canWrite = useCan('rep');
  const mailboxes = useQuery(mailboxesQuery);
  const [draft, setDraft] = useState(sequence);
  const change = (next: Partial<Sequence>) => setDraft((old) => ({ ...old, ...next }));
  const changeStep = (index: number, next: Partial<SequenceStep>) =>
    change({ steps: draft.steps.map((step, i) => (i === index ? { ...step, ...next } : step)) });
  const write = async () => {
    const saved = await api.patch<Sequence>(`/sequences/${sequence.id}`, editable(draft));
    setDraft(saved);
  };
  const after = () => client.invalidateQueries({ queryKey: ['/sequences'] });
  const save = useMutation({
    mutationFn: write,
    onSuccess: async () => {
      await after();
      notifyDone(t('kit.saved'));
    },
  });
  const activate = useMutation({
    mutationFn: async () => {
      await write();
      await api.post(`/sequences/${sequence.id}/activate`);
    },
    onSuccess: () => notifyDone(t('outreach.sequence.activated')),
    onSettled: after,
  });
  const changed = JSON.stringify(editable(draft)) !== JSON.stringify(editable(sequence));
  const faulty = windowsFault(draft.windows) !== null;
  return (
    <Page
      wide
      title={draft.name}
      lead={t('outreach.sequence.lead')}
      actions={
        canWrite && (
          <>
            {changed && (
              <Button variant="subtle" color="gray" onClick={() => setDraft(sequence)}>
                {t('outreach.sequence.discard')}
              </Button>
            )}
            <Button
              variant="default"
              disabled={faulty}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              {t('kit.save')}
            </Button>
            {sequence.state !== 'active' && (
              <Button disabled={faulty} loading={activate.isPending} onClick={() => activate.mutate()}>
                {t('outreach.sequence.activate')}
              </Button>
            )}
          </>
        )
      }
    >
      <div className={classes.editor}>
        <Stack gap="md">
          <Group grow gap="sm">
            <TextInput
              label={t('prospecting.icp.name')}
              value={draft.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <Select
              label={t('outreach.sequence.goal')}
              allowDeselect={false}
              data={goals.map((goal) => ({ value: goal, label: t(`outreach.goal.${goal}`) }))}
              value={draft.goal}
              onChange={(goal) => goal && change({ goal })}
            />
            <Select
              label={t('outreach.sequence.mailbox')}
              data={(mailboxes.data ?? []).map((one) => ({ value: one.id, label: one.email }))}
              value={draft.mailbox_id}
              onChange={(mailbox) => change({ mailbox_id: mailbox })}
            />
          </Group>
          {draft.steps.map((step, index) => (
            <StepEditor
              // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
              key={index}
              number={index + 1}
              step={step}
              onChange={(next) => changeStep(index, next)}
              onRemove={
                draft.steps.length > 1
                  ? () => change({ steps: draft.steps.filter((_, i) => i !== index) })
                  : undefined
              }
            />
          ))}
          <Group>
            <Button
              variant="light"
              leftSection={<IconPlus size={14} />}
              onClick={() => change({ steps: [...draft.steps, { delay_days: 3, subject: '', body: '' }] })}
            >
              {t('outreach.sequence.add_step')}
            </Button>
          </Group>
          <SendTimes value={draft.windows} readOnly={!canWrite} onChange={(windows) => change({ windows })} />
        </Stack>
        <PreviewFor sequenceId={sequence.id} steps={draft.steps} />
      </div>
    </Page>
  );
}
