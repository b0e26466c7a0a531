import { Alert, Anchor, Text, Textarea, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { OutlineQuestion, TalkView } from '@/api/generated/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { AnswerFields } from './AnswerFields';
import classes from './cockpit.module.css';
import { cellOf, said } from './talks';
import type { TalkInHand } from './useTalk';

interface QuestionCardProps {
  question: OutlineQuestion;
  view: TalkView;
  talk: TalkInHand;
  /** Whether the cursor comes along. */
  focus: boolean;
}

/** The question in hand: what to ask and why, what to say with it, and their answer. */
export function QuestionCard({ question, view, talk, focus }: QuestionCardProps) {
  const { t, i18n } = useTranslation();
  const canWrite = useCan('rep');
  const locale = i18n.language;
  const words = useRef<HTMLTextAreaElement>(null);
  // The hands stay on the keyboard from one question to the next.
  useEffect(() => {
    if (focus) words.current?.focus();
  }, [focus]);
  const cell = cellOf(question.key, 'words');
  const wrong = talk.unfilled.find((one) => one.question === question.key);
  return (
    <article className={classes.card} aria-label={said(question.ask, locale)}>
      <Title order={2}>{said(question.ask, locale)}</Title>
      <Text size="sm" c="dimmed">
        {[
          said(question.purpose, locale),
          question.minutes && t('discovery.minutes', { count: question.minutes }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      {question.follow_ups.length > 0 && (
        <ul className={classes.hints} aria-label={t('discovery.follow_ups')}>
          {question.follow_ups.map((one) => (
            <li key={one.en + one.ko}>{said(one, locale)}</li>
          ))}
        </ul>
      )}
      {question.material.map((one) => (
        <blockquote key={one.text.en + one.text.ko} className={classes.material}>
          <Text size="xs" c="dimmed">
            {t(`discovery.material.${one.kind}`)}
          </Text>
          {said(one.text, locale)}
          {one.url && (
            <Anchor href={one.url} target="_blank" rel="noreferrer" size="xs" ml={6}>
              {t('discovery.source')}
            </Anchor>
          )}
        </blockquote>
      ))}
      <Textarea
        ref={words}
        label={t('discovery.words')}
        autosize
        minRows={2}
        maxLength={2_000}
        readOnly={!canWrite}
        value={talk.text(cell)}
        onChange={(event) => talk.queue.set(cell, event.currentTarget.value)}
        onBlur={() => talk.fill()}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <AnswerFields question={question} dealId={view.deal_id} talk={talk} />
      {wrong && (
        <Alert color="yellow" py={6}>
          {textOr(t, `error.field.${wrong.code}`, wrong.message)} {t('discovery.not_filled')}
        </Alert>
      )}
    </article>
  );
}
