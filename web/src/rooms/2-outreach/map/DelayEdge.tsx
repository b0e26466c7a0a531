import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import classes from '../editor/editor.module.css';

/** Straight down to the next step, with the time until then. */
export function DelayEdge(props: EdgeProps<Edge<{ text?: string }>>) {
  const { id, sourceX, sourceY, targetX, targetY, markerEnd, data } = props;
  const middle = (sourceY + targetY) / 2;
  return (
    <>
      <BaseEdge id={id} path={`M ${sourceX} ${sourceY} L ${targetX} ${targetY}`} markerEnd={markerEnd} />
      {data?.text && (
        <EdgeLabelRenderer>
          <div
            className={classes.delay}
            style={{ transform: `translate(-50%, -50%) translate(${sourceX}px, ${middle - 3}px)` }}
          >
            {data.text}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
