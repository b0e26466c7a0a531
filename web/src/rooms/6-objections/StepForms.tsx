import { Anchor, Button, Group, Skeleton, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Objection } from '@/api/generated/model';
import { AnswerStep } from './AnswerStep';
import { guideQuery } from './objections';

type OnStep = UseMutationResult<unknown, Error, object>;

export interface StepProps {
  objection: Objection;
  onStep: OnStep;
}

/** That it was heard, before anything else. */
export function AcknowledgeStep({ objection, onStep }: StepProps) {
  const { t } = useTranslation();
  const guide = useQuery(guideQuery(objection));
  const [text, setText] = useState<string | null>(null);
  if (guide.isPending) return <Skeleton h={80} />;
  const shown = text ?? guide.data?.drafts.acknowledge ?? '';
  return (
    <Stack gap="xs">
      <Textarea
        autosize
        minRows={2}
        label={t('objections.acknowledge')}
        description={t('objections.acknowledge_hint')}
        value={shown}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Button
          variant="light"
          disabled={shown.trim() === ''}
          loading={onStep.isPending}
          onClick={() => onStep.mutate({ step: 'acknowledge', text: shown.trim() })}
        >
          {t('objections.acknowledged')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Our question, and what they said, word for word. Answering without it takes a click that is kept. */
export function AskStep({ objection, listening, onStep }: StepProps & { listening: boolean }) {
  const { t } = useTranslation();
  const guide = useQuery(guideQuery(objection));
  const last = objection.questions.at(-1)?.question ?? '';
  const [question, setQuestion] = useState(listening ? last : '');
  const [answer, setAnswer] = useState('');
  const [skipping, setSkipping] = useState(false);
  if (skipping) return <AnswerStep objection={objection} onStep={onStep} skipped />;
  return (
    <Stack gap="xs">
      {guide.data && guide.data.questions.length > 0 && (
        <div>
          <Text size="xs" c="dimmed">
            {t('objections.ask_first')}
          </Text>
          {guide.data.questions.map((one) => (
            <Anchor
              key={one}
              component="button"
              type="button"
              size="sm"
              display="block"
              ta="start"
              py={4}
              onClick={() => setQuestion(one)}
            >
              {one}
            </Anchor>
          ))}
        </div>
      )}
      <TextInput
        label={t('offer.objection.question')}
        value={question}
        onChange={(event) => setQuestion(event.currentTarget.value)}
      />
      <Textarea
        autosize
        minRows={2}
        label={t('offer.objection.their_answer')}
        description={t('objections.listen_hint')}
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Button
          variant="light"
          disabled={question.trim() === ''}
          loading={onStep.isPending}
          onClick={() =>
            onStep.mutate({ step: 'ask', question: question.trim(), answer: answer.trim() || null })
          }
        >
          {t(answer.trim() ? 'objections.heard' : 'offer.objection.ask')}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setSkipping(true)}>
          {t('objections.skip')}
        </Button>
      </Group>
    </Stack>
  );
}
