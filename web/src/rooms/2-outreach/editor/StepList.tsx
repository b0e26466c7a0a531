import { DragDropContext, Draggable, Droppable } from '@hello-pangea/dnd';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { VariantsView } from '@/api/generated/model';
import classes from './editor.module.css';
import { StepCard } from './StepCard';
import type { DraftStep } from './steps';
import type { StepActions } from './useSteps';

interface StepListProps {
  steps: readonly DraftStep[];
  figures: readonly VariantsView[];
  actions: StepActions;
}

/** The steps from top to bottom; carried by the mouse, or with the space bar and the arrow keys. */
export function StepList({ steps, figures, actions }: StepListProps) {
  const { t } = useTranslation();
  const whereTo = (index?: number) =>
    index === undefined ? t('outreach.step.nowhere') : t('outreach.step.over', { place: index + 1 });
  return (
    <DragDropContext
      dragHandleUsageInstructions={t('outreach.step.how_to_move')}
      onDragStart={({ source }, { announce }) =>
        announce(t('outreach.step.lifted', { place: source.index + 1 }))
      }
      onDragUpdate={({ destination }, { announce }) => announce(whereTo(destination?.index))}
      onDragEnd={({ source, destination }, { announce }) => {
        announce(whereTo(destination?.index));
        if (destination) actions.move(source.index, destination.index);
      }}
    >
      <Droppable droppableId="steps">
        {(list) => (
          <div ref={list.innerRef} {...list.droppableProps} className={classes.list}>
            {steps.length === 0 && <Text c="dimmed">{t('outreach.step.none')}</Text>}
            {steps.map((step, at) => (
              <Draggable key={step.uid} draggableId={step.uid} index={at}>
                {(provided, snapshot) => (
                  <StepCard
                    provided={provided}
                    lifted={snapshot.isDragging}
                    steps={steps}
                    at={at}
                    figures={figures.find((one) => one.step === at + 1)}
                    onChange={(next, what) => actions.change(at, next, what)}
                    onSteps={actions.put}
                    onRemove={() => actions.remove(at)}
                  />
                )}
              </Draggable>
            ))}
            {list.placeholder}
          </div>
        )}
      </Droppable>
    </DragDropContext>
  );
}
