import { Text } from '@mantine/core';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import classes from '../editor/editor.module.css';
import { useFaultBelow } from '../editor/faults';
import { KindIcon } from '../editor/kinds';
import { arrival } from '../editor/layout';
import { useStepTitle } from '../editor/useStepTitle';
import type { StepData } from './elements';

/** A step as a card; a press opens it beside the map. */
export function StepNode({ data }: NodeProps<Node<StepData>>) {
  const { t } = useTranslation();
  const { step, at, pressed, onChoose } = data;
  const title = useStepTitle();
  const wrong = useFaultBelow(`steps.${at}`);
  const more = [
    step.variants.length > 0 && t('outreach.map.wordings', { count: step.variants.length + 1 }),
    step.branches.length > 0 && t('outreach.map.forks', { count: step.branches.length }),
    step.goal,
  ].filter(Boolean);
  return (
    <>
      <Handle type="target" position={Position.Top} className={classes.handle} />
      <Handle
        type="target"
        id="in"
        position={Position.Right}
        className={classes.handle}
        style={{ insetBlockStart: arrival }}
      />
      <button
        type="button"
        className={`${classes.node} nopan`}
        data-kind={step.kind}
        data-wrong={wrong || undefined}
        aria-pressed={pressed}
        onClick={onChoose}
      >
        <KindIcon kind={step.kind} size={18} />
        <span style={{ minInlineSize: 0 }}>
          <Text span display="block" fw={600}>
            {t('outreach.step.name', { number: at + 1, kind: t(`outreach.kind.${step.kind}`) })}
          </Text>
          <Text span display="block" size="xs" truncate>
            {title(step, at)}
          </Text>
          {more.length > 0 && (
            <Text span display="block" size="xs" c="dimmed" truncate>
              {more.join(' · ')}
            </Text>
          )}
        </span>
      </button>
      <Handle type="source" id={Position.Bottom} position={Position.Bottom} className={classes.handle} />
      <Handle type="source" id={Position.Right} position={Position.Right} className={classes.handle} />
    </>
  );
}

/** Where the sequence ends. */
export function EndNode({ data }: NodeProps<Node<{ text: string }>>) {
  return (
    <div className={classes.end}>
      <Handle type="target" position={Position.Top} className={classes.handle} />
      {data.text}
    </div>
  );
}
