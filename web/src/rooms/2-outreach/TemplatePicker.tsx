import { Modal, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconArrowNarrowRight, IconFilePlus } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { currentLocale, type Locale } from '@/i18n';
import { textOr } from '@/i18n/texts';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from './editor/editor.module.css';
import { KindIcon } from './editor/kinds';
import { FromFile } from './file/FromFile';
import type { Sequence } from './outreach';
import { type Template, withOwn } from './templates';

function shippedQuery(locale: Locale) {
  return queryOptions({
    queryKey: ['/sequence-templates', locale],
    queryFn: () => api.get<Template[]>(`/sequence-templates?locale=${locale}`),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Sequences to begin with; what is chosen is written as a draft and opened. */
export function TemplatePicker({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const locale = currentLocale();
  const shipped = useQuery({ ...shippedQuery(locale), enabled: opened });
  const create = useMutation({
    mutationFn: ({ name, goal, steps }: Pick<Template, 'name' | 'goal' | 'steps'>) =>
      api.post<Sequence>('/sequences', { name, goal, steps }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['/sequences'] });
      await navigate({ to: '/sequences/$id', params: { id: made.id }, search: {} });
    },
  });
  const blank = {
    name: t('outreach.template.blank_name'),
    goal: 'conversation',
    steps: [{ kind: 'mail' }],
  } as const;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t('outreach.template.title')}
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      <Stack gap="xs">
        <Text c="dimmed">{t('outreach.template.lead')}</Text>
        <ProblemAlert error={shipped.error} retry={() => shipped.refetch()} />
        {shipped.isPending && <Skeleton h={280} />}
        {withOwn(shipped.data ?? [], locale).map((template) => (
          <Choice
            key={template.key}
            template={template}
            disabled={create.isPending}
            onChoose={() => create.mutate(template)}
          />
        ))}
        <UnstyledButton
          className={classes.template}
          disabled={create.isPending}
          onClick={() => create.mutate({ ...blank, steps: [...blank.steps] })}
        >
          <IconFilePlus size={20} stroke={1.5} />
          <span>
            <Text span display="block" fw={600}>
              {t('outreach.template.blank')}
            </Text>
            <Text span display="block" c="dimmed">
              {t('outreach.template.blank_text')}
            </Text>
          </span>
        </UnstyledButton>
        <FromFile disabled={create.isPending} />
      </Stack>
    </Modal>
  );
}

function Choice(props: { template: Template; disabled: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  const { key, name, goal, steps } = props.template;
  const text = textOr(t, `outreach.template.about.${key}`, '');
  return (
    <UnstyledButton className={classes.template} disabled={props.disabled} onClick={props.onChoose}>
      <span>
        <Text span display="block" fw={600}>
          {name}
        </Text>
        <Text span display="block" c="dimmed">
          {text}
        </Text>
        <span className={classes.way}>
          {steps.map(({ kind = 'mail' }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a template never changes
            <Fragment key={at}>
              {at > 0 && <IconArrowNarrowRight size={14} aria-hidden />}
              <KindIcon kind={kind} />
            </Fragment>
          ))}
          <Text span size="xs" c="dimmed">
            {t('outreach.sequence.goal_is', { goal: textOr(t, `outreach.goal.${goal}`, goal) })}
          </Text>
        </span>
      </span>
    </UnstyledButton>
  );
}
