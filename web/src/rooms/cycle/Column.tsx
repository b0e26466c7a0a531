import { Draggable, Droppable } from '@hello-pangea/dnd';
import { Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type CycleColumn, columnQuery } from '@/api/cycle';
import { type StageKey, stageKeys } from '@/api/model';
import { useFormat } from '@/kit/format';
import { StageDot } from '@/kit/StageDot';
import { Card } from './Card';
import classes from './cycle.module.css';

interface ColumnProps {
  stage: StageKey;
  column: CycleColumn | undefined;
  /** When `column` was read, in epoch milliseconds. */
  readAt: number;
  canMove: boolean;
  /** Whose deals are shown; everybody's when absent. */
  owner?: string;
}

/** The height of a card's slot in cycle.module.css. */
const cardHeight = 148;

/** One stage. Only the cards in sight are in the page; more are fetched as one scrolls. */
export function Column({ stage, column, readAt, canMove, owner }: ColumnProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scroll = useRef<HTMLDivElement>(null);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...columnQuery(stage, owner),
    enabled: column !== undefined,
    initialData: column && {
      pages: [{ items: column.cards, next_cursor: column.next_cursor }],
      pageParams: [null],
    },
    initialDataUpdatedAt: readAt,
  });
  const cards = data?.pages.flatMap((page) => page.items) ?? [];
  const virtual = useVirtualizer({
    count: cards.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => cardHeight,
    overscan: 4,
    getItemKey: (index) => cards[index]?.id ?? index,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= cards.length - 5 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, cards.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <section className={classes.column} aria-label={t(`stage.${stage}.name`)}>
      <header className={classes.columnHead}>
        <StageDot stage={stage} />
        <Title order={2} className={classes.columnName}>
          {stageKeys.indexOf(stage) + 1} {t(`stage.${stage}.name`)}
        </Title>
        <Text span c="dimmed">
          {column && format.number(column.count)}
        </Text>
        <Text span size="xs" c="dimmed" className={classes.columnValue}>
          {column?.values[0] && format.money(column.values[0], true)}
        </Text>
      </header>
      <Droppable
        droppableId={stage}
        mode="virtual"
        isDropDisabled={!canMove}
        renderClone={(provided, snapshot, rubric) => {
          const deal = cards[rubric.source.index];
          if (!deal)
            return <div ref={provided.innerRef} {...provided.draggableProps} {...provided.dragHandleProps} />;
          return <Card deal={deal} provided={provided} lifted={snapshot.isDragging} canMove={canMove} />;
        }}
      >
        {(provided, snapshot) => (
          <div
            ref={(element) => {
              provided.innerRef(element);
              scroll.current = element;
            }}
            {...provided.droppableProps}
            className={classes.cards}
            data-over={snapshot.isDraggingOver || undefined}
          >
            {column && cards.length === 0 && (
              <Text c="dimmed" size="xs" p="xs">
                {t(`stage.${stage}.purpose`)}
              </Text>
            )}
            <div className={classes.space} style={{ blockSize: virtual.getTotalSize() }}>
              {items.map((item) => {
                const deal = cards[item.index];
                if (!deal) return null;
                return (
                  <Draggable key={deal.id} draggableId={deal.id} index={item.index} isDragDisabled={!canMove}>
                    {(drag, state) => (
                      <Card
                        deal={deal}
                        provided={drag}
                        lifted={state.isDragging}
                        canMove={canMove}
                        top={item.start}
                      />
                    )}
                  </Draggable>
                );
              })}
            </div>
          </div>
        )}
      </Droppable>
    </section>
  );
}
