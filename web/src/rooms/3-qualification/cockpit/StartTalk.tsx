import { Button, Group, Modal, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import type { QuestionForm, TalkView } from '@/api/generated/model';
import { api } from '@/api/http';
import { CopyField } from '@/kit/CopyField';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { offeredQuery, said, type TalkKind, talkKinds } from './talks';

interface StartTalkProps {
  dealId: string;
  personId?: string | null;
  taskId?: string;
  onClose: () => void;
}

/** Which questions, how and with whom; or the same questions as a page for them. */
export function StartTalk({ dealId, personId, taskId, onClose }: StartTalkProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const people = useCommittee(dealId).data ?? [];
  const offered = useQuery(offeredQuery(dealId));
  const [kind, setKind] = useState<TalkKind>('call');
  const [chosen, setChosen] = useState<string | null>(null);
  const [person, setPerson] = useState<string | null>(personId ?? null);
  const [link, setLink] = useState('');
  const outline = offered.data?.find((one) => one.key === chosen) ?? offered.data?.[0];
  const who = person ?? (people.length === 1 ? (people[0]?.person_id ?? null) : null);
  const questions = outline?.framework_id
    ? { framework_id: outline.framework_id }
    : { template: outline?.key };
  const begin = useMutation({
    mutationFn: () =>
      api.post<TalkView>(`/deals/${dealId}/talks`, {
        ...questions,
        kind,
        person_id: who,
        task_id: taskId,
        link: link.trim() || null,
      }),
    onSuccess: async (talk) => {
      client.setQueryData(['/talks', talk.id], talk);
      onClose();
      await navigate({ to: '/cockpit/$id', params: { id: talk.id } });
    },
  });
  const ask = useMutation({
    mutationFn: () =>
      api.post<QuestionForm>(`/deals/${dealId}/question-forms`, { ...questions, person_id: who }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['/deals', 'talks', dealId] }),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('discovery.start')}
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      <Stack gap="sm">
        <ProblemAlert error={offered.error ?? begin.error ?? ask.error} />
        <Select
          label={t('discovery.framework')}
          allowDeselect={false}
          data={(offered.data ?? []).map((one) => ({
            value: one.key,
            label: said(one.outline.name, i18n.language),
          }))}
          value={outline?.key ?? null}
          onChange={setChosen}
        />
        {outline && (
          <Text size="sm" c="dimmed">
            {said(outline.outline.purpose, i18n.language)}
          </Text>
        )}
        <SegmentedControl
          aria-label={t('discovery.how')}
          data={talkKinds.map((one) => ({ value: one, label: t(`discovery.kind.${one}`) }))}
          value={kind}
          onChange={(next) => setKind(next as TalkKind)}
        />
        <Select
          label={t('discovery.with')}
          clearable
          data={people.map((one) => ({ value: one.person_id, label: one.name }))}
          value={who}
          onChange={setPerson}
        />
        {kind === 'video' && (
          <TextInput
            label={t('discovery.video_link')}
            type="url"
            value={link}
            onChange={(event) => setLink(event.currentTarget.value)}
          />
        )}
        <Group justify="space-between">
          <Button
            variant="subtle"
            disabled={!who || !outline}
            loading={ask.isPending}
            onClick={() => ask.mutate()}
          >
            {t('discovery.as_form')}
          </Button>
          <Button disabled={!outline} loading={begin.isPending} onClick={() => begin.mutate()}>
            {t('discovery.begin')}
          </Button>
        </Group>
        {ask.data && (
          <>
            <CopyField label={t('discovery.form_address')} value={ask.data.page_url} />
            <CopyField label={t('discovery.form_embed')} value={ask.data.embed} />
          </>
        )}
      </Stack>
    </Modal>
  );
}
