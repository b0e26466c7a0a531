import { Alert, Button, Group, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Outline } from '@/api/generated/model';
import classes from './cockpit.module.css';
import type { Conflict, TalkQueue } from './queue';
import { said } from './talks';

/** Two texts of one place: both are shown, and one chooses or takes both. */
export function Conflicts({ outline, queue }: { outline: Outline; queue: TalkQueue }) {
  return queue
    .conflicts()
    .map((one) => <OneConflict key={one.cell} one={one} outline={outline} queue={queue} />);
}

function OneConflict({ one, outline, queue }: { one: Conflict; outline: Outline; queue: TalkQueue }) {
  const { t, i18n } = useTranslation();
  const question = outline.questions.find(({ key }) => one.cell.startsWith(`q.${key}.`));
  const where = question ? said(question.ask, i18n.language) : t('discovery.notes');
  const isText = typeof one.yours === 'string' && typeof one.theirs === 'string';
  return (
    <Alert color="yellow" title={t('discovery.conflict', { where })} className={classes.conflict}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <div>
          <Text size="xs" c="dimmed">
            {t('discovery.yours')}
          </Text>
          <Text className={classes.both}>{shown(one.yours)}</Text>
        </div>
        <div>
          <Text size="xs" c="dimmed">
            {t('discovery.theirs')}
          </Text>
          <Text className={classes.both}>{shown(one.theirs)}</Text>
        </div>
      </SimpleGrid>
      <Group gap="xs" mt="xs">
        <Button size="compact-sm" variant="default" onClick={() => queue.settle(one.cell, one.yours)}>
          {t('discovery.take_yours')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => queue.settle(one.cell, one.theirs)}>
          {t('discovery.take_theirs')}
        </Button>
        {isText && (
          <Button size="compact-sm" onClick={() => queue.settle(one.cell, `${one.theirs}\n${one.yours}`)}>
            {t('discovery.take_both')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
