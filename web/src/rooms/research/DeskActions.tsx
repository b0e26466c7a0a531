import { Button, Kbd, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from '../1-prospecting/research.module.css';
import type { useDesk } from './useDesk';

interface ActionsProps {
  desk: ReturnType<typeof useDesk>;
  onAsk: (kind: 'later' | 'unfit') => void;
}

/** What may be made of a company, each with its key. */
export function DeskActions({ desk, onAsk }: ActionsProps) {
  const { t } = useTranslation();
  const key = (letter: string) => (
    <Kbd size="xs" className={classes.key}>
      {letter}
    </Kbd>
  );
  return (
    <div className={classes.actions}>
      <Button rightSection={key('d')} loading={desk.busy} onClick={() => desk.decide({ verdict: 'done' })}>
        {t('prospecting.desk.verdict.done')}
      </Button>
      <Button
        variant="default"
        rightSection={key('s')}
        onClick={() => desk.decide({ verdict: 'later', days: 1 })}
      >
        {t('prospecting.desk.verdict.skip')}
      </Button>
      <Button variant="default" rightSection={key('l')} onClick={() => onAsk('later')}>
        {t('prospecting.desk.verdict.later')}
      </Button>
      <Button variant="default" c="var(--harm)" rightSection={key('x')} onClick={() => onAsk('unfit')}>
        {t('prospecting.desk.verdict.unfit')}
      </Button>
      <Button
        variant="subtle"
        color="gray"
        rightSection={key('u')}
        disabled={!desk.desk?.last_answer}
        onClick={desk.undo}
      >
        {t('prospecting.desk.undo')}
      </Button>
      <Text size="xs" c="dimmed" visibleFrom="sm">
        {t('prospecting.desk.keys')}
      </Text>
    </div>
  );
}
