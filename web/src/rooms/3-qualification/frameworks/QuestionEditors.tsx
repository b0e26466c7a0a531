import { DragDropContext, Draggable, Droppable } from '@hello-pangea/dnd';
import { useTranslation } from 'react-i18next';
import type { OutlineQuestion } from '@/api/generated/model';
import type { FieldProblem } from '@/api/http';
import { moved } from './frameworks';
import { QuestionEditor } from './QuestionEditor';

interface QuestionEditorsProps {
  questions: OutlineQuestion[];
  faults: readonly FieldProblem[];
  onChange: (questions: OutlineQuestion[]) => void;
}

/** The questions from top to bottom; carried by the mouse, or with the space bar and the arrow keys. */
export function QuestionEditors({ questions, faults, onChange }: QuestionEditorsProps) {
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
        if (destination) onChange(moved(questions, source.index, destination.index));
      }}
    >
      <Droppable droppableId="questions">
        {(list) => (
          <div ref={list.innerRef} {...list.droppableProps}>
            {questions.map((question, at) => (
              <Draggable key={question.key} draggableId={question.key} index={at}>
                {(provided) => (
                  <QuestionEditor
                    provided={provided}
                    question={question}
                    at={at}
                    faults={faults}
                    onChange={(next) => onChange(questions.map((one, n) => (n === at ? next : one)))}
                    onRemove={() => onChange(questions.filter((_, n) => n !== at))}
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
