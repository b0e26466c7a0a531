import { Badge, Button, Group, Text, UnstyledButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import type { MergeKind } from '@/kit/merge/compare';
import { type DuplicatePair, shownScore, stateKey, strongest } from './duplicates';
import classes from './duplicates.module.css';
import { evidenceText } from './evidenceText';

interface QueueProps {
  kind: MergeKind;
  pairs: DuplicatePair[];
  chosen?: string;
  onChoose: (id: string) => void;
  more?: () => void;
}

export function DuplicateQueue({ kind, pairs, chosen, onChoose, more }: QueueProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.rows}>
      {pairs.map((pair) => (
        <PairRow
          key={pair.id}
          kind={kind}
          pair={pair}
          chosen={pair.id === chosen}
          onChoose={() => onChoose(pair.id)}
        />
      ))}
      {more && (
        <Button variant="subtle" color="gray" fullWidth onClick={more}>
          {t('kit.more')}
        </Button>
      )}
    </div>
  );
}

/** How sure the matcher is, in percent; in words where there is room. */
export function Score({ score, words }: { score: number; words?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { share, digits } = shownScore(score);
  const shown = format.percent(share, digits);
  return (
    <span className={classes.score}>
      {words ? t('prospecting.duplicates.sure', { share: shown }) : shown}
    </span>
  );
}

interface PairRowProps {
  kind: MergeKind;
  pair: DuplicatePair;
  chosen: boolean;
  onChoose: () => void;
}

function PairRow({ kind, pair, chosen, onChoose }: PairRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const row = useRef<HTMLButtonElement>(null);
  const reason = strongest(pair.evidence);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <UnstyledButton
      ref={row}
      className={classes.pair}
      data-chosen={chosen || undefined}
      aria-pressed={chosen}
      onClick={onChoose}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs" align="flex-start">
        <span className={classes.names}>
          <span>{pair.a_name}</span>
          <span>{pair.b_name}</span>
        </span>
        <Score score={pair.score} />
      </Group>
      {pair.state === 'open' ? (
        <Text size="xs" c="dimmed" truncate>
          {reason && evidenceText(t, kind, reason)}
        </Text>
      ) : (
        <Group gap="xs">
          <Badge size="sm" variant="light" color={pair.state === 'merged' ? undefined : 'gray'}>
            {t(stateKey(pair.state))}
          </Badge>
          <Text size="xs" c="dimmed">
            {format.moment(pair.decided_at)}
          </Text>
        </Group>
      )}
    </UnstyledButton>
  );
}
