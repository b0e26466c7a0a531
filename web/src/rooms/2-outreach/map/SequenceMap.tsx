import '@xyflow/react/dist/base.css';
import { useMantineColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { ReactFlow } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import classes from '../editor/editor.module.css';
import { layoutOf } from '../editor/layout';
import type { DraftStep } from '../editor/steps';
import { DelayEdge } from './DelayEdge';
import { useElements } from './elements';
import { ForkEdge } from './ForkEdge';
import { EndNode, StepNode } from './nodes';

const nodeTypes = { step: StepNode, end: EndNode };
const edgeTypes = { delay: DelayEdge, fork: ForkEdge };
const margin = 20;
/** Below this nothing can be read: then the map scrolls sideways. */
const smallest = 0.8;

interface SequenceMapProps {
  steps: readonly DraftStep[];
  chosen: string | null;
  onChoose: (uid: string) => void;
}

/** Steps from top to bottom with the time between them; forks beside them, to later steps or to an end. */
export function SequenceMap({ steps, chosen, onChoose }: SequenceMapProps) {
  const { t } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const { ref, width } = useElementSize();
  const layout = layoutOf(steps);
  const { nodes, edges } = useElements(steps, layout, chosen, onChoose);
  const wanted = layout.width + 2 * margin;
  const zoom = Math.min(1, Math.max(smallest, width / wanted));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard
    <section ref={ref} className={classes.map} aria-label={t('outreach.map.name')} tabIndex={0}>
      {width > 0 && (
        <div
          style={{ inlineSize: Math.max(width, wanted * zoom), blockSize: layout.height * zoom + 2 * margin }}
        >
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            colorMode={colorScheme === 'auto' ? 'system' : colorScheme}
            viewport={{ x: margin, y: margin, zoom }}
            minZoom={smallest}
            maxZoom={1}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            panOnDrag={false}
            zoomOnScroll={false}
            zoomOnPinch={false}
            zoomOnDoubleClick={false}
            preventScrolling={false}
          />
        </div>
      )}
    </section>
  );
}
