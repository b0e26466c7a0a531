import { Button, Checkbox, Group, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { IconMailbox } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PieceState } from '@/api/generated/model';
import { useCan } from '@/app/session';
import { EmptyState } from '@/kit/EmptyState';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from './outreach.module.css';
import { PieceBar } from './PieceBar';
import { PieceLine } from './PieceLine';
import { pieceStates, piecesQuery } from './pieces';

const all = 'all';

/** Letters, cards and gifts on their way: printed and followed one by one or many at once. */
export function Pieces() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const canWrite = useCan('rep');
  const [state, setState] = useState<PieceState | null>(null);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const pieces = useInfiniteQuery(piecesQuery(state));
  const rows = pieces.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = rows.filter((row) => ticked.has(row.id));
  const tick = (id: string) => {
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    setTicked(next);
  };
  const every = rows.length > 0 && chosen.length === rows.length;
  if (pieces.isSuccess && rows.length === 0 && state === null) {
    return (
      <EmptyState
        icon={<IconMailbox size={32} stroke={1.3} />}
        title={t('outreach.piece.empty')}
        text={t('outreach.piece.empty_text')}
        action={
          canWrite && (
            <Button
              onClick={() =>
                navigate({ to: '/rooms/$stage', params: { stage: 'outreach' }, search: { tab: 'sequences' } })
              }
            >
              {t('outreach.piece.to_sequences')}
            </Button>
          )
        }
      />
    );
  }
  return (
    <Panel title={t('outreach.tab.pieces')} lead={t('outreach.piece.lead')}>
      <ProblemAlert error={pieces.error} retry={() => pieces.refetch()} />
      <div className={classes.states}>
        <SegmentedControl
          size="xs"
          aria-label={t('outreach.piece.where')}
          value={state ?? all}
          data={[
            { value: all, label: t('outreach.piece.all') },
            ...pieceStates.map((one) => ({ value: one, label: t(`outreach.piece.state.${one}`) })),
          ]}
          onChange={(next) => {
            setTicked(new Set());
            setState(next === all ? null : (next as PieceState));
          }}
        />
      </div>
      {canWrite && rows.length > 0 && (
        <Group gap="sm" mih={36} mt="xs">
          <Checkbox
            size="xs"
            checked={every}
            indeterminate={!every && chosen.length > 0}
            label={t('outreach.piece.choose_all')}
            onChange={() => setTicked(every ? new Set() : new Set(rows.map((row) => row.id)))}
          />
          {chosen.length > 0 && <PieceBar pieces={chosen} onDone={() => setTicked(new Set())} />}
        </Group>
      )}
      {pieces.isPending && <Skeleton h={80} />}
      {pieces.isSuccess && rows.length === 0 && <Text c="dimmed">{t('outreach.piece.none_here')}</Text>}
      {rows.map((piece) => (
        <PieceLine
          key={piece.id}
          piece={piece}
          ticked={ticked.has(piece.id)}
          onTick={canWrite ? () => tick(piece.id) : undefined}
        />
      ))}
      {pieces.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={pieces.isFetchingNextPage}
          onClick={() => pieces.fetchNextPage()}
        >
          {t('outreach.piece.more')}
        </Button>
      )}
    </Panel>
  );
}
