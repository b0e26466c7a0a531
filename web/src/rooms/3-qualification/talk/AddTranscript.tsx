import '@mantine/dropzone/styles.css';
import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { modals } from '@mantine/modals';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Page, TimelineEntry } from '@/api/model';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';
import { type ConsentHow, consentHows, refusal, type TalkView } from './talk';
import classes from './talk.module.css';

const kinds: Record<string, 'call' | 'meeting'> = { 'call.logged': 'call', 'meeting.logged': 'meeting' };

/** Drop a file or a recording, say to which call or meeting it belongs and who agreed, and go to its page. */
export function AddTranscript({ dealId }: { dealId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [how, setHow] = useState<ConsentHow | null>(null);
  const [by, setBy] = useState('');
  const sound = file !== null && /^(audio|video)\//.test(file.type);
  const { data: log } = useQuery({
    queryKey: ['/deals', dealId, 'talks'],
    queryFn: () => api.get<Page<TimelineEntry>>(`/deals/${dealId}/timeline?limit=200`),
  });
  const entries = log?.items.filter((entry) => entry.subject_id && kinds[entry.kind]) ?? [];
  const activities = entries.map((entry) => ({
    value: String(entry.subject_id),
    label: `${t(`talk.${kinds[entry.kind] ?? 'call'}`)} · ${format.dateTime(entry.at)}`,
  }));
  const activity = chosen ?? activities[0]?.value ?? null;
  const keep = useMutation({
    meta: { quiet: true },
    mutationFn: (form: FormData) => api.post<TalkView>(sound ? '/recordings' : '/transcripts', form),
    onSuccess: async (made) => {
      modals.closeAll();
      if (sound) return notifyDone(t('talk.listening'));
      await client.invalidateQueries({ queryKey: ['/transcripts'] });
      await navigate({ to: '/talks/$id', params: { id: made.id } });
    },
  });
  if (log && activities.length === 0) return <Text>{t('talk.no_activity')}</Text>;
  const ready = file && activity && how && by.trim();
  const send = () => {
    if (!ready) return;
    const form = new FormData();
    form.set('activity_id', activity);
    form.set('consent_how', how);
    form.set('consent_by', by.trim());
    form.set('file', file);
    keep.mutate(form);
  };
  return (
    <Stack gap="sm">
      <Dropzone
        onDrop={(files) => setFile(files[0] ?? null)}
        multiple={false}
        inputProps={{ 'aria-label': t('talk.drop') }}
      >
        <div className={classes.drop}>
          <Text fw={600}>{file?.name ?? t('talk.drop')}</Text>
          <Text size="xs" c="dimmed">
            {t('talk.drop_hint')}
          </Text>
        </div>
      </Dropzone>
      <Select
        label={t('talk.activity')}
        data={activities}
        value={activity}
        onChange={setChosen}
        allowDeselect={false}
      />
      <Group grow align="flex-start">
        <Select
          label={t('talk.consent.how')}
          required
          data={consentHows.map((one) => ({ value: one, label: t(`talk.consent.${one}`) }))}
          value={how}
          onChange={(next) => setHow(next as ConsentHow)}
        />
        <TextInput
          label={t('talk.consent.by')}
          required
          maxLength={200}
          value={by}
          onChange={(event) => setBy(event.currentTarget.value)}
        />
      </Group>
      {keep.error && (
        <Alert color="red" variant="light" role="alert">
          {refusal(t, keep.error)}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button onClick={send} disabled={!ready} loading={keep.isPending}>
          {t('talk.save')}
        </Button>
      </Group>
    </Stack>
  );
}
