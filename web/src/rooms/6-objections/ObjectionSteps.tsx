import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { ConfirmForm } from './ConfirmForm';
import { type Objection, settledStates } from './objections';

/** The next step of an objection: ask and listen first, then answer, then ask whether it is settled. */
export function ObjectionSteps({ deal, objection }: { deal: Deal; objection: Objection }) {
  const { t } = useTranslation();
  const path = `/deals/${deal.id}/objections/${objection.id}`;
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const clear = () => {
    setFirst('');
    setSecond('');
  };
  const step = useDealWrite(
    ([name, body]: [string, object]) => api.post(`${path}/steps`, { step: name, ...body }),
    clear,
  );
  const heard = objection.questions.some((one) => one.answer);
  const settled = settledStates.includes(objection.state);
  const input = (label: string, value: string, set: (next: string) => void) => (
    <TextInput
      flex={1}
      miw={160}
      label={label}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
  const button = (label: string, name: string, body: object, enabled: boolean) => (
    <Button
      variant="light"
      disabled={!enabled}
      loading={step.isPending}
      onClick={() => step.mutate([name, body])}
    >
      {label}
    </Button>
  );
  return (
    <Stack gap="xs">
      {objection.questions.map((one) => (
        <div key={one.id}>
          <Text>{one.question}</Text>
          {one.answer && <Text className={classes.quote}>{one.answer}</Text>}
        </div>
      ))}
      {objection.answer && <Text>{objection.answer}</Text>}
      {!settled && !heard && (
        <Group gap="xs" align="flex-end">
          {input(t('offer.objection.question'), first, setFirst)}
          {input(t('offer.objection.their_answer'), second, setSecond)}
          {button(
            t('offer.objection.ask'),
            'ask',
            { question: first, answer: second || null },
            first.trim() !== '',
          )}
        </Group>
      )}
      {!settled && heard && objection.state !== 'answered' && (
        <Group gap="xs" align="flex-end">
          {input(t('offer.objection.our_answer'), first, setFirst)}
          {button(
            t('offer.objection.answer'),
            'answer',
            { text: first, skip_questions: false },
            first.trim() !== '',
          )}
        </Group>
      )}
      {objection.state === 'answered' && <ConfirmForm deal={deal} objection={objection} />}
      {!settled && (
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => step.mutate(['withdraw', {}])}
          >
            {t('offer.objection.withdraw')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
