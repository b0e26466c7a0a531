import { Skeleton, Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TalkView } from '@/api/generated/model';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { BriefPane } from './BriefPane';
import { Conflicts } from './Conflicts';
import classes from './cockpit.module.css';
import { NotesPane } from './NotesPane';
import { QuestionList } from './QuestionList';
import { TalkHead } from './TalkHead';
import { talkQuery } from './talks';
import { useCockpitKeys } from './useCockpitKeys';
import { useTalk } from './useTalk';

export function CockpitPage() {
  const { id } = useParams({ from: '/app/cockpit/$id' });
  const talk = useQuery(talkQuery(id));
  // What was read once stays on the screen while the server is away.
  if (talk.data) return <Cockpit key={id} view={talk.data} />;
  if (talk.isPending) return <Skeleton m="lg" h={300} />;
  return <ProblemAlert error={talk.error} retry={() => talk.refetch()} />;
}

type Pane = 'questions' | 'notes' | 'brief';
const panes: readonly Pane[] = ['questions', 'notes', 'brief'];

/** The questions in the middle, what is known on the left, notes and the next step on the right; tabs on a phone. */
function Cockpit({ view }: { view: TalkView }) {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false });
  const [pane, setPane] = useState<Pane>('questions');
  const [at, setAt] = useState(0);
  const [moved, setMoved] = useState(false);
  const notes = useRef<HTMLTextAreaElement>(null);
  const finish = useRef<HTMLButtonElement>(null);
  const talk = useTalk(view);
  const last = view.outline.questions.length - 1;
  const go = (next: number) => {
    setPane('questions');
    setMoved(true);
    setAt(Math.min(Math.max(next, 0), last));
    talk.fill();
  };
  useCockpitKeys({
    next: () => go(at + 1),
    previous: () => go(at - 1),
    notes: () => {
      setPane('notes');
      requestAnimationFrame(() => notes.current?.focus());
    },
    finish: () => finish.current?.click(),
  });
  const shown = (one: Pane) => !narrow || pane === one;
  return (
    <div className={classes.page}>
      <TalkHead view={view} talk={talk} finish={finish} />
      <Conflicts outline={view.outline} queue={talk.queue} />
      {narrow && (
        <Tabs value={pane} onChange={(next) => next && setPane(next as Pane)}>
          <Tabs.List grow>
            {panes.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {t(`discovery.pane.${one}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      )}
      <div className={classes.body}>
        {shown('brief') && <BriefPane dealId={view.deal_id} />}
        {shown('questions') && <QuestionList view={view} talk={talk} at={at} moved={moved} onGo={go} />}
        {shown('notes') && <NotesPane view={view} talk={talk} field={notes} />}
      </div>
    </div>
  );
}
