import { Text, TextInput } from '@mantine/core';
import { useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/kit/Page';
import { clock, has, type TalkView } from './talk';
import classes from './talk.module.css';

/** What was said, by whom and when; found by words. */
export function Lines({ talk }: { talk: TalkView }) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  useEffect(() => {
    const named = window.location.hash.slice(1);
    if (named) document.getElementById(named)?.scrollIntoView();
  }, []);
  const looked = useDeferredValue(words.trim());
  const ours = new Set(talk.speakers.filter((one) => one.side === 'rep').map((one) => one.name));
  const shown = talk.cues.map((cue, nth) => ({ cue, nth })).filter(({ cue }) => !looked || has(cue, looked));
  return (
    <Panel title={t('talk.transcript')}>
      <TextInput
        type="search"
        mb="sm"
        aria-label={t('talk.find')}
        placeholder={t('talk.find')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <ol className={classes.lines}>
        {shown.map(({ cue, nth }) => (
          <li
            key={nth}
            id={`cue-${nth}`}
            className={classes.cue}
            data-ours={ours.has(cue.speaker ?? '') || undefined}
          >
            <Text span size="xs" c="dimmed" className={classes.time}>
              {cue.start !== null && (
                <span id={`at-${Math.round(cue.start * 1000)}`}>{clock(cue.start)}</span>
              )}
            </Text>
            <div>
              <Text size="xs" fw={600}>
                {cue.speaker ?? t('talk.nobody_named')}
              </Text>
              <Text className={classes.words}>{cue.text}</Text>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
