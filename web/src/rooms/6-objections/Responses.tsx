import { Badge, Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectionResponse } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { askFirst } from '@/kit/askFirst';
import { notifyDone } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { Labels } from './Labels';
import { objectionKinds, responsesQuery } from './objections';
import { ResponseForm } from './ResponseForm';
import { titleIn, Worked } from './Worked';

/** The library: by kind what to ask first, what proves it and what to say, the best of each first. */
export function Responses() {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const client = useQueryClient();
  const all = useQuery(responsesQuery);
  const [open, setOpen] = useState<ObjectionResponse | 'new' | null>(null);
  const starters = useMutation({
    mutationFn: () => api.post('/objection-responses/starters', {}),
    onSettled: () => client.invalidateQueries({ queryKey: ['/objection-responses'] }),
  });
  const buttons = canWrite && (
    <Group gap="xs">
      {all.data?.length === 0 && (
        <Button variant="default" loading={starters.isPending} onClick={() => starters.mutate()}>
          {t('objections.library.starters')}
        </Button>
      )}
      <Button onClick={() => setOpen('new')}>{t('objections.library.create')}</Button>
    </Group>
  );
  return (
    <Stack gap="lg">
      <Panel title={t('objections.tab.library')} lead={t('objections.library.lead')} actions={buttons}>
        <Modal
          opened={open !== null}
          onClose={() => setOpen(null)}
          size="lg"
          title={t(open === 'new' ? 'objections.library.create' : 'objections.library.edit')}
          closeButtonProps={{ 'aria-label': t('kit.close') }}
        >
          {open !== null && (
            <ResponseForm response={open === 'new' ? null : open} onDone={() => setOpen(null)} />
          )}
        </Modal>
        <ProblemAlert error={all.error} retry={() => all.refetch()} />
        {all.isPending && <Skeleton h={160} />}
        <Stack gap="md">
          {objectionKinds.map((kind) => {
            const of = all.data?.filter((one) => one.kind === kind) ?? [];
            if (of.length === 0) return null;
            return (
              <section key={kind}>
                <Text fw={600}>{t(`offer.objection.kind.${kind}`)}</Text>
                {of.map((one) => (
                  <Line key={one.id} response={one} canWrite={canWrite} onOpen={() => setOpen(one)} />
                ))}
              </section>
            );
          })}
        </Stack>
      </Panel>
      <Labels />
    </Stack>
  );
}

function Line(props: { response: ObjectionResponse; canWrite: boolean; onOpen: () => void }) {
  const { response, canWrite, onOpen } = props;
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: ['/objection-responses'] });
  const push = useMutation({
    mutationFn: () => api.post(`/objection-responses/${response.id}/to-nurturing`, {}),
    onSuccess: () => notifyDone(t('objections.library.pushed')),
  });
  const remove = useMutation({
    mutationFn: () => api.delete(`/objection-responses/${response.id}`),
    onSettled: refresh,
  });
  const title = titleIn(response, i18n.language);
  const text = response.texts[i18n.language] ?? Object.values(response.texts)[0];
  return (
    <div className={classes.line}>
      <Group gap="xs">
        <Text fw={500}>{title}</Text>
        {response.roles.map((role) => (
          <Badge key={role} size="sm" variant="light" color="gray" tt="none">
            {textOr(t, `qualification.role.${role}`, role)}
          </Badge>
        ))}
      </Group>
      <Text size="sm" c="dimmed" lineClamp={2}>
        {text?.questions[0] ?? text?.answer}
      </Text>
      <Worked response={response} />
      {canWrite && (
        <Group gap="xs" mt={4}>
          <Button size="compact-xs" variant="light" onClick={onOpen}>
            {t('objections.library.edit')}
          </Button>
          <Button size="compact-xs" variant="subtle" loading={push.isPending} onClick={() => push.mutate()}>
            {t('objections.library.push')}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            aria-label={`${t('kit.remove')}: ${title}`}
            onClick={() =>
              askFirst({
                title: t('objections.library.remove'),
                text: t('objections.library.remove_text', { name: title }),
                confirm: t('kit.remove'),
                onConfirm: () => remove.mutate(),
              })
            }
          >
            {t('kit.remove')}
          </Button>
        </Group>
      )}
    </div>
  );
}
