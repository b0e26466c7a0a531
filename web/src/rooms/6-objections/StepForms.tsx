import { Anchor, Button, Group, Select, Skeleton, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BestBecause, Guide, Objection, ObjectionResponse } from '@/api/generated/model';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { guideQuery } from './objections';

type OnStep = UseMutationResult<unknown, Error, object>;

interface StepProps {
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

/** What we answer: the response that has worked best so far is proposed, with the reason. */
export function AnswerStep({ objection, onStep, skipped = false }: StepProps & { skipped?: boolean }) {
  const { t } = useTranslation();
  const guide = useQuery(guideQuery(objection));
  const [chosen, setChosen] = useState<string | null>(null);
  const [text, setText] = useState<string | null>(null);
  if (guide.isPending) return <Skeleton h={120} />;
  if (guide.isError) return <ProblemAlert error={guide.error} retry={() => guide.refetch()} />;
  const { responses, best, locale, drafts } = guide.data;
  const id = chosen ?? best?.response_id ?? null;
  const response = responses.find((one) => one.id === id);
  const draft = id === best?.response_id ? drafts.answer : draftOf(guide.data, response);
  const shown = text ?? draft;
  return (
    <Stack gap="xs">
      {skipped && <Text size="xs">{t('objections.skipping')}</Text>}
      {responses.length > 0 && (
        <Select
          allowDeselect={false}
          label={t('objections.response')}
          data={responses.map((one) => ({ value: one.id, label: titleIn(one, locale) }))}
          value={id}
          onChange={(next) => {
            setChosen(next);
            setText(null);
          }}
        />
      )}
      {response && (
        <Worked response={response} because={id === best?.response_id ? best?.because : undefined} />
      )}
      <Textarea
        autosize
        minRows={4}
        label={t('offer.objection.our_answer')}
        value={shown}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ProblemAlert error={onStep.error} />
      <Group gap="xs">
        <Button
          variant="light"
          disabled={shown.trim() === ''}
          loading={onStep.isPending}
          onClick={() =>
            onStep.mutate({ step: 'answer', text: shown.trim(), skip_questions: skipped, response_id: id })
          }
        >
          {t('offer.objection.answer')}
        </Button>
      </Group>
    </Stack>
  );
}

export function titleIn(response: ObjectionResponse, locale: string): string {
  return (response.texts[locale] ?? Object.values(response.texts)[0])?.title ?? '';
}

/** A draft begins with the acknowledgement and ends by asking whether that settles it. */
function draftOf(guide: Guide, response: ObjectionResponse | undefined): string {
  const text = response && (response.texts[guide.locale] ?? Object.values(response.texts)[0]);
  const acknowledge = text?.acknowledge || guide.drafts.acknowledge;
  return [acknowledge, text?.answer, guide.drafts.confirm].filter(Boolean).join('\n\n');
}

/** How well a response has worked, and why it is the one proposed. */
export function Worked({ response, because }: { response: ObjectionResponse; because?: BestBecause }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { effect, decided, won } = response.outcome;
  const held = effect.too_few
    ? t('objections.too_few', { held: effect.held, count: effect.settled })
    : t('objections.effect', {
        share: format.percent(effect.effect, 0),
        low: format.percent(effect.low, 0),
        high: format.percent(effect.high, 0),
        held: effect.held,
        count: effect.settled,
      });
  return (
    <Text size="xs" c="dimmed">
      {[
        because && t(`objections.because.${because}`),
        held,
        decided > 0 && t('objections.won', { won, count: decided }),
      ]
        .filter(Boolean)
        .join(' · ')}
    </Text>
  );
}
