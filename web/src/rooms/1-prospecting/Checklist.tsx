import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFields } from '@/api/records';
import type { Desk, NewAnswer, Question } from '@/api/research';
import { AnswerForm } from './AnswerForm';
import { QuestionRow } from './QuestionRow';
import { questionLabel } from './questions';
import classes from './research.module.css';

interface ChecklistProps {
  desk: Desk;
  /** The question in hand. */
  at: number;
  /** Whether it is being answered. */
  open: boolean;
  canWrite: boolean;
  saving: boolean;
  onChoose: (at: number, open: boolean) => void;
  onAnswer: (sent: NewAnswer) => void;
}

/** What is asked about a company: one question is in hand, and answered in place. */
export function Checklist({ desk, at, open, canWrite, saving, onChoose, onAnswer }: ChecklistProps) {
  const { t, i18n } = useTranslation();
  const fields = useFields('company');
  const list = useRef<HTMLOListElement>(null);
  // The focus goes with the question in hand, so that Enter and the screen reader are where the eye is.
  useEffect(() => {
    const row = list.current?.children[at];
    row?.scrollIntoView({ block: 'nearest' });
    if (!open) row?.querySelector('button')?.focus({ preventScroll: true });
  }, [at, open]);
  const sources = desk.questions.map(sourceOf).filter((one) => one !== null);
  return (
    <ol className={classes.questions} ref={list} aria-label={t('prospecting.desk.checklist')}>
      {desk.questions.map((question, index) => {
        const label = questionLabel(question, fields, i18n.language, t);
        const field = fields.find((one) => one.key === question.key);
        return (
          <li key={question.key} className={classes.question} data-chosen={index === at || undefined}>
            <QuestionRow
              company={desk.company}
              question={question}
              label={label}
              field={field}
              chosen={index === at}
              open={open && index === at}
              onOpen={() => onChoose(index, canWrite && !(open && index === at))}
            />
            {open && index === at && (
              <AnswerForm
                key={question.key}
                question={question}
                label={label}
                field={field}
                lastSource={sources.at(-1) ?? desk.company.website ?? null}
                saving={saving}
                onAnswer={onAnswer}
                onCancel={() => onChoose(index, false)}
              />
            )}
          </li>
        );
      })}
    </ol>
  );
}

function sourceOf(question: Question): string | null {
  return question.known?.url ?? null;
}
