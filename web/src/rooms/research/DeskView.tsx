import { Group, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFields } from '@/api/records';
import { useCan } from '@/app/session';
import { useKeys } from '@/kit/useKeys';
import { Checklist } from '../1-prospecting/Checklist';
import { ProspectsForm } from '../1-prospecting/ProspectsForm';
import { keptAs, numbered } from '../1-prospecting/questions';
import classes from '../1-prospecting/research.module.css';
import { askVerdict } from '../1-prospecting/VerdictForm';
import { DeskActions } from './DeskActions';
import { DeskAside } from './DeskAside';
import { Standing } from './Standing';
import { useDesk } from './useDesk';

/** A company on the desk: its questions, its people, and beside them how it fits and what the gate lacks. */
export function DeskView({ company, onNext }: { company: string; onNext: () => void }) {
  const { t, i18n } = useTranslation();
  const canWrite = useCan('rep');
  const fields = useFields('company');
  const desk = useDesk(company, onNext);
  const people = useRef<HTMLElement>(null);
  const { at, open, choose, decide } = desk;
  const record = desk.desk?.company;
  const question = desk.desk?.questions[at];
  const ask = (kind: 'later' | 'unfit') => record && askVerdict(kind, record.name, decide);
  const step = (by: number) => () => choose(at + by, false);
  const digit = (nth: number) => () => {
    const field = fields.find((one) => one.key === question?.key);
    const choice = numbered(field, i18n.language, t)[nth - 1];
    if (question && field && choice) {
      desk.give({
        question: question.key,
        value: keptAs(field, choice.value),
        url: record?.website ?? null,
      });
    } else choose(nth - 1, true);
  };
  useKeys({
    j: step(1),
    k: step(-1),
    ArrowDown: step(1),
    ArrowUp: step(-1),
    ...(canWrite && {
      u: desk.undo,
      s: () => decide({ verdict: 'later', days: 1 }),
      l: () => ask('later'),
      x: () => ask('unfit'),
      d: () => decide({ verdict: 'done' }),
      p: () => people.current?.querySelector('input')?.focus(),
      ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((nth) => [String(nth), digit(nth)])),
    }),
  });
  if (!desk.desk || !record) return null;
  return (
    <div className={classes.body}>
      <div className={classes.main}>
        <Group gap="sm" align="baseline">
          <Title order={2}>
            <Link to="/companies/$id" params={{ id: company }} search={{}}>
              {record.name}
            </Link>
          </Title>
          <Text size="xs" c="dimmed" role="status">
            {t('prospecting.desk.sourced', { have: desk.desk.sourced, need: desk.desk.needed })}
          </Text>
        </Group>
        <Standing desk={desk.desk} onBack={() => decide({ verdict: 'open' })} />
        <Checklist
          desk={desk.desk}
          at={at}
          open={open}
          canWrite={canWrite}
          saving={desk.busy}
          onChoose={choose}
          onAnswer={desk.give}
        />
        {canWrite && (
          <section ref={people} aria-label={t('prospecting.people.heading')}>
            <Title order={2} mb="xs">
              {t('prospecting.people.heading')}
            </Title>
            <ProspectsForm company={record} />
          </section>
        )}
        {canWrite && <DeskActions desk={desk} onAsk={ask} />}
      </div>
      <DeskAside desk={desk.desk} onOpenDeal={() => desk.openDeal.mutate(undefined)} />
    </div>
  );
}
