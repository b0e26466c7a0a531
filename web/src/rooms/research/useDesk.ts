import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { answer, type Desk, deskQuery, type NewAnswer, useDeskWrite } from '@/api/research';
import { notifyDone, notifyUndo } from '@/kit/notify';
import { nextOpen } from '../1-prospecting/questions';
import type { Verdict } from '../1-prospecting/VerdictForm';

interface Place {
  /** The question in hand. */
  at: number;
  /** Whether it is being answered. */
  open: boolean;
}

/** The work at the desk: which question is in hand, answering it, taking that back, and the verdict that ends it. */
export function useDesk(company: string, onNext: () => void) {
  const { t } = useTranslation();
  const { data: desk } = useQuery(deskQuery(company));
  const [place, setPlace] = useState<Place | null>(null);
  const questions = desk?.questions ?? [];
  const { at, open } = place ?? { at: Math.max(0, nextOpen(questions, -1)), open: false };
  const choose = (next: number, toOpen: boolean) => {
    if (questions.length > 0)
      setPlace({ at: Math.min(Math.max(next, 0), questions.length - 1), open: toOpen });
  };
  const answering = useDeskWrite(company, (sent: NewAnswer) => answer(company, sent));
  const give = (sent: NewAnswer) =>
    answering.mutate(sent, {
      onSuccess: (after) => {
        const next = nextOpen(after.questions, at);
        setPlace({ at: next < 0 ? at : next, open: next >= 0 });
      },
    });
  const undoing = useDeskWrite(company, (id: string) =>
    api.delete<Desk>(`/companies/${company}/research/answers/${id}`),
  );
  const undo = () => {
    const last = desk?.last_answer;
    if (!last) return;
    const was = questions.findIndex((one) => one.known?.answer_id === last);
    undoing.mutate(last, {
      onSuccess: () => {
        notifyDone(t('kit.undone'));
        if (was >= 0) choose(was, false);
      },
    });
  };
  const deciding = useDeskWrite(company, (verdict: Verdict) =>
    api.post<Desk>(`/companies/${company}/research/verdict`, verdict),
  );
  const decide = (verdict: Verdict) =>
    deciding.mutate(verdict, {
      onSuccess: (after) => {
        const told = t(`prospecting.desk.told.${verdict.verdict}`, { company: after.company.name });
        notifyUndo(told, () => deciding.mutateAsync({ verdict: 'open' }));
        onNext();
      },
    });
  const openDeal = useDeskWrite(company, () => api.post<Desk>(`/companies/${company}/research/deal`));
  const busy = answering.isPending || undoing.isPending || deciding.isPending;
  return { desk, at, open, choose, give, undo, decide, openDeal, busy };
}
