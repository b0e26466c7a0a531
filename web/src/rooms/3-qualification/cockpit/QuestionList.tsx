import { Button, Group, Text, UnstyledButton } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { TalkView } from '@/api/generated/model';
import { KeyHint } from '@/kit/KeyHint';
import classes from './cockpit.module.css';
import { QuestionCard } from './QuestionCard';
import { cellOf, isFilled, parts, said } from './talks';
import type { TalkInHand } from './useTalk';

interface QuestionListProps {
  view: TalkView;
  talk: TalkInHand;
  /** The question in hand. */
  at: number;
  /** Whether one walked here, and goes on typing. */
  moved: boolean;
  onGo: (at: number) => void;
}

/** The questions in their order: the one in hand is open, the others show whether they are answered. */
export function QuestionList({ view, talk, at, moved, onGo }: QuestionListProps) {
  const { t, i18n } = useTranslation();
  const { questions } = view.outline;
  const answered = (key: string) => parts.some((part) => isFilled(talk.queue.value(cellOf(key, part))));
  const count = questions.filter(({ key }) => answered(key)).length;
  return (
    <section className={classes.questions} aria-label={t('discovery.pane.questions')}>
      <Group justify="space-between" mb="xs">
        <Text size="xs" c="dimmed">
          {t('discovery.answered', { count, of: questions.length })}
        </Text>
        <Group gap={6}>
          <Button
            size="compact-xs"
            variant="default"
            disabled={at === 0}
            onClick={() => onGo(at - 1)}
            rightSection={<KeyHint of="k" />}
          >
            {t('discovery.previous')}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            disabled={at === questions.length - 1}
            onClick={() => onGo(at + 1)}
            rightSection={<KeyHint of="j" />}
          >
            {t('discovery.next')}
          </Button>
        </Group>
      </Group>
      <ol className={classes.list}>
        {questions.map((question, n) => (
          <li key={question.key}>
            {n === at ? (
              <QuestionCard question={question} view={view} talk={talk} focus={moved} />
            ) : (
              <UnstyledButton className={classes.row} onClick={() => onGo(n)}>
                {answered(question.key) ? (
                  <IconCircleCheckFilled
                    size={16}
                    className={classes.done}
                    aria-label={t('discovery.is_answered')}
                  />
                ) : (
                  <IconCircle size={16} className={classes.open} aria-label={t('discovery.is_open')} />
                )}
                <span>
                  {said(question.ask, i18n.language)}
                  <Text component="span" display="block" size="xs" c="dimmed" lineClamp={1}>
                    {talk.text(cellOf(question.key, 'summary')) || talk.text(cellOf(question.key, 'words'))}
                  </Text>
                </span>
              </UnstyledButton>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
