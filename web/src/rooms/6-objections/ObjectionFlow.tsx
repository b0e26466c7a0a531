import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Objection } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { AnswerStep } from './AnswerStep';
import { ConfirmForm } from './ConfirmForm';
import { settledStates, stepOf, steps } from './objections';
import own from './objections.module.css';
import { AcknowledgeStep, AskStep } from './StepForms';

/** The way of an objection, one step after the other: acknowledge, ask, listen, answer, confirm. */
export function ObjectionFlow({ deal, objection }: { deal: Deal; objection: Objection }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const current = stepOf(objection);
  const at = current ? steps.indexOf(current) : steps.length;
  const path = `/deals/${deal.id}/objections/${objection.id}/steps`;
  const step = useDealWrite((body: object) => api.post(path, body));
  const settled = settledStates.includes(objection.state);
  const heard = objection.questions.filter((one) => one.answer);
  return (
    <Stack gap="xs">
      {!settled && (
        <ol className={own.steps} aria-label={t('objections.way')}>
          {steps.map((key, n) => (
            <li key={key} aria-current={key === current ? 'step' : undefined} className={own.step}>
              {n < at ? (
                <IconCircleCheckFilled size={14} aria-hidden />
              ) : (
                <IconCircle size={14} aria-hidden />
              )}
              {t(`objections.step.${key}`)}
            </li>
          ))}
        </ol>
      )}
      {objection.acknowledged && <Text size="sm">{objection.acknowledged}</Text>}
      {heard.map((one) => (
        <div key={one.id}>
          <Text size="sm">{one.question}</Text>
          <Text className={classes.quote}>{one.answer}</Text>
        </div>
      ))}
      {objection.answer && <Text>{objection.answer}</Text>}
      {objection.questions_skipped && (
        <Text size="xs" c="dimmed">
          {t('objections.was_skipped')}
        </Text>
      )}
      {objection.settled_words && <Text className={classes.quote}>{objection.settled_words}</Text>}
      {canWrite && current === 'acknowledge' && <AcknowledgeStep objection={objection} onStep={step} />}
      {canWrite && (current === 'ask' || current === 'listen') && (
        <AskStep key={current} objection={objection} listening={current === 'listen'} onStep={step} />
      )}
      {canWrite && current === 'answer' && <AnswerStep objection={objection} onStep={step} />}
      {canWrite && current === 'confirm' && <ConfirmForm deal={deal} objection={objection} />}
      {canWrite && (
        <Group gap="xs">
          {settled ? (
            <Quiet label={t('objections.again')} onClick={() => step.mutate({ step: 'repeat' })} />
          ) : (
            <Quiet label={t('offer.objection.withdraw')} onClick={() => step.mutate({ step: 'withdraw' })} />
          )}
        </Group>
      )}
    </Stack>
  );
}

function Quiet({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button size="compact-xs" variant="subtle" color="gray" onClick={onClick}>
      {label}
    </Button>
  );
}
