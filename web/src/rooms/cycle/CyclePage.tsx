import { DragDropContext, type DropResult } from '@hello-pangea/dnd';
import { Button, Group, Select, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cycleQuery } from '@/api/cycle';
import { type StageKey, stageKeys } from '@/api/model';
import { useCan } from '@/app/session';
import { createRecord } from '@/kit/createRecord';
import { moveTo, useStartMove } from '@/kit/move/useMove';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { cardOf, putCard } from './boardCache';
import { Column } from './Column';
import classes from './cycle.module.css';
import { OwnerFilter } from './OwnerFilter';

/** The board: every open deal in one of seven columns. On a phone one column at a time. */
export function CyclePage() {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [stage, setStage] = useState<StageKey>('prospecting');
  const client = useQueryClient();
  const navigate = useNavigate();
  const canWrite = useCan('rep');
  const { owner } = useSearch({ from: '/app/cycle' });
  const board = useQuery(cycleQuery(owner));
  const start = useStartMove();
  const drop = async ({ draggableId, destination, source }: DropResult) => {
    if (!destination || destination.droppableId === source.droppableId) return;
    const to = destination.droppableId as StageKey;
    const deal = cardOf(client, source.droppableId as StageKey, draggableId, owner);
    if (!deal) return;
    putCard(client, deal, to, destination.index, owner);
    await start(deal, moveTo(deal, to), to);
    await client.invalidateQueries({ queryKey: ['/cycle'] });
  };
  const shown = narrow ? [stage] : stageKeys;
  return (
    <>
      <Group className={classes.head} gap="xs">
        <Title order={1} mr="xs" flex={narrow ? '1 0 50%' : undefined}>
          {t('app.nav.cycle')}
        </Title>
        {narrow && (
          <Select
            aria-label={t('cycle.choose_column')}
            className={classes.choose}
            allowDeselect={false}
            data={stageKeys.map((key, index) => ({
              value: key,
              label: `${index + 1} ${t(`stage.${key}.name`)}`,
            }))}
            value={stage}
            onChange={(next) => next && setStage(next as StageKey)}
          />
        )}
        <OwnerFilter
          owner={owner}
          onOwner={(next) => navigate({ to: '.', search: { owner: next }, replace: true })}
        />
        {canWrite && (
          <Button
            ml="auto"
            leftSection={<IconPlus size={14} />}
            onClick={() =>
              createRecord('deal', {
                onCreated: (deal) => navigate({ to: '/deals/$id', params: { id: deal.id }, search: {} }),
              })
            }
          >
            {t('records.deal.create')}
          </Button>
        )}
      </Group>
      <ProblemAlert error={board.error} retry={() => board.refetch()} />
      <DragDropContext onDragEnd={drop}>
        <div className={classes.board} data-narrow={narrow || undefined}>
          {shown.map((key) => (
            <Column
              key={`${key} ${owner ?? ''}`}
              stage={key}
              owner={owner}
              column={board.data?.find((one) => one.stage === key)}
              readAt={board.dataUpdatedAt}
              canMove={canWrite}
            />
          ))}
        </div>
      </DragDropContext>
    </>
  );
}
