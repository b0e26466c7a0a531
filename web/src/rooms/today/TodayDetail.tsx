import { Button, Group, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { DueDate } from '@/kit/DueDate';
import { StageName } from '@/kit/fields/FieldValue';
import { Composer, type Subject } from '@/kit/record/Composer';
import { useFinishTask } from '@/kit/record/Tasks';
import { Timeline } from '@/kit/record/Timeline';
import { StartTalkButton } from '../3-qualification/cockpit/StartTalkButton';
import { aboutOf, itemPath, type TodayItem } from './queue';
import classes from './today.module.css';

const PrintTask = lazy(async () => ({ default: (await import('@/rooms/2-outreach/PrintTask')).PrintTask }));

function subjectOf({ task, deal }: TodayItem): Subject | null {
  const links = {
    deal_id: task.deal_id,
    person_id: task.person_id,
    company_id: deal?.company_id ?? task.company_id,
  };
  if (links.deal_id) return { kind: 'deal', id: links.deal_id, ...links };
  if (links.person_id) return { kind: 'person', id: links.person_id, ...links };
  if (links.company_id) return { kind: 'company', id: links.company_id, ...links };
  return null;
}

/** The item in hand: what to do, a place to log it, and what happened before. */
export function TodayDetail({ item }: { item: TodayItem }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const finish = useFinishTask();
  const subject = subjectOf(item);
  return (
    <section className={classes.detail} aria-label={item.task.title}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb="md">
        <div>
          <Title order={2}>{item.task.title}</Title>
          <Group gap="xs">
            {item.deal && <StageName stage={item.deal.stage} />}
            <Text c="dimmed">{aboutOf(item.task)}</Text>
            <DueDate day={item.task.due_on} />
          </Group>
          {item.task.body && <Text mt={4}>{item.task.body}</Text>}
        </div>
        <Group gap="xs" wrap="nowrap">
          {item.task.kind === 'post' && item.task.origin_key && (
            <Suspense>
              <PrintTask originKey={item.task.origin_key} />
            </Suspense>
          )}
          {item.deal && ['call', 'meeting'].includes(item.task.kind) && (
            <StartTalkButton dealId={item.deal.id} personId={item.task.person_id} taskId={item.task.id} />
          )}
          {item.task.kind === 'reply' && (
            <Button variant="default" onClick={() => navigate({ to: '/inbox' })}>
              {t('today.to_inbox')}
            </Button>
          )}
          {subject && (
            <Button variant="default" onClick={() => navigate(itemPath(item))}>
              {t('today.open')}
            </Button>
          )}
          <Button
            leftSection={<IconCheck size={14} />}
            loading={finish.isPending}
            onClick={() => finish.mutate(item.task.id)}
          >
            {t('kit.done')}
          </Button>
        </Group>
      </Group>
      {subject && (
        <>
          <Composer subject={subject} />
          <Timeline kind={subject.kind} id={subject.id} />
        </>
      )}
    </section>
  );
}
