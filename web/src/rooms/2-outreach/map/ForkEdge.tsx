import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import classes from '../editor/editor.module.css';
import { cardWidth, labelWidth } from '../editor/layout';
import type { ForkData } from './elements';

/** From a step into its lane, down, and back to a later step; the condition stands where it turns. */
export function ForkEdge({ id, targetX, targetY, markerEnd, data }: EdgeProps<Edge<ForkData>>) {
  if (!data) return null;
  const { line, text, wrong } = data;
  const down = `M ${cardWidth} ${line.y} H ${line.x} V ${targetY}`;
  const path = line.to === null ? down : `${down} H ${targetX}`;
  return (
    <>
      <BaseEdge id={id} path={path} markerEnd={markerEnd} />
      <EdgeLabelRenderer>
        <div
          className={classes.label}
          data-wrong={wrong || undefined}
          title={text}
          style={{
            maxInlineSize: labelWidth,
            transform: `translate(-50%, -50%) translate(${line.x}px, ${line.y}px)`,
          }}
        >
          <span className={classes.clamp}>{text}</span>
        </div>
      </EdgeLabelRenderer>
    </>
  );
}
