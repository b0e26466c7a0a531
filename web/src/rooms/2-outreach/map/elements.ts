import { type Edge, MarkerType, type Node, Position } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import { conditionText } from '../editor/conditionText';
import { cardWidth, endOf, endSize, type ForkLine, type Layout } from '../editor/layout';
import type { DraftStep } from '../editor/steps';
import { useNames } from '../editor/useNames';
import { useDelayText } from './useDelayText';

export interface StepData extends Record<string, unknown> {
  step: DraftStep;
  at: number;
  pressed: boolean;
  onChoose: () => void;
}

export interface ForkData extends Record<string, unknown> {
  line: ForkLine;
  text: string;
  wrong: boolean;
}

const arrow = { type: MarkerType.ArrowClosed, width: 16, height: 16 };

/** The layout as React Flow draws it. */
export function useElements(
  steps: readonly DraftStep[],
  layout: Layout,
  chosen: string | null,
  onChoose: (uid: string) => void,
): { nodes: Node[]; edges: Edge[] } {
  const { t } = useTranslation();
  const names = useNames(steps);
  const delay = useDelayText();
  const end = { id: 'end', type: 'end', width: cardWidth, height: endSize.height };
  const nodes: Node[] = layout.steps.flatMap(({ at, y, height }) => {
    const step = steps[at];
    if (!step) return [];
    const data: StepData = { step, at, pressed: step.uid === chosen, onChoose: () => onChoose(step.uid) };
    return [{ id: `${at}`, type: 'step', position: { x: 0, y }, width: cardWidth, height, data }];
  });
  nodes.push({ ...end, position: { x: 0, y: layout.end }, data: { text: t('outreach.map.end') } });
  const edges: Edge[] = layout.steps.map(({ at }) => {
    const next = steps[at + 1];
    const target = next ? `${at + 1}` : 'end';
    return {
      id: `after ${at}`,
      source: `${at}`,
      sourceHandle: Position.Bottom,
      target,
      type: 'delay',
      data: { text: next ? delay(next) : undefined },
      markerEnd: arrow,
    };
  });
  for (const line of layout.forks) {
    const fork = steps[line.step]?.branches[line.fork];
    if (!fork) continue;
    const id = `${line.step} ${line.fork}`;
    const data: ForkData = {
      line,
      text: conditionText(t, fork.if, names),
      wrong: line.to === null && fork.go_to !== null,
    };
    if (line.to === null) {
      const text = t(data.wrong ? 'outreach.fork.nowhere' : 'outreach.fork.label_end');
      nodes.push({ id: `end ${id}`, type: 'end', position: endOf(line), ...endSize, data: { text } });
    }
    edges.push({
      id: `fork ${id}`,
      type: 'fork',
      source: `${line.step}`,
      sourceHandle: Position.Right,
      target: line.to === null ? `end ${id}` : `${line.to}`,
      targetHandle: line.to === null ? undefined : 'in',
      markerEnd: arrow,
      data,
    });
  }
  return { nodes, edges };
}
