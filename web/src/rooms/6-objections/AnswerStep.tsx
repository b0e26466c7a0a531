import { Button, Group, Select, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Guide, ObjectionResponse } from '@/api/generated/model';
import { Override } from '@/kit/Override';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { guideQuery } from './objections';
import type { StepProps } from './StepForms';
import { titleIn, Worked } from './Worked';

/** What we answer: the response that has worked best so far is proposed, with the reason. */
export function AnswerStep({ objection, onStep, skipped = false }: StepProps & { skipped?: boolean }) {
  const { t } = useTranslation();
  const guide = useQuery(guideQuery(objection));
  const [chosen, setChosen] = useState<string | null>(null);
  const [text, setText] = useState<string | null>(null);
  const [why, setWhy] = useState('');
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
      <Override error={onStep.error} codes={['pressing']} value={why} onChange={setWhy} />
      <Group gap="xs">
        <Button
          variant="light"
          disabled={shown.trim() === ''}
          loading={onStep.isPending}
          onClick={() =>
            onStep.mutate({
              step: 'answer',
              text: shown.trim(),
              skip_questions: skipped,
              response_id: id,
              override_reason: why.trim() || null,
            })
          }
        >
          {t('offer.objection.answer')}
        </Button>
      </Group>
    </Stack>
  );
}

/** A draft begins with the acknowledgement and ends by asking whether that settles it. */
function draftOf(guide: Guide, response: ObjectionResponse | undefined): string {
  const text = response && (response.texts[guide.locale] ?? Object.values(response.texts)[0]);
  const acknowledge = text?.acknowledge || guide.drafts.acknowledge;
  return [acknowledge, text?.answer, guide.drafts.confirm].filter(Boolean).join('\n\n');
}
