import type { StageKey } from '@/api/model';
import classes from './StageDot.module.css';

export function stageColor(stage: string): string {
  return `var(--stage-${stage})`;
}

export function StageDot({ stage, size = 8 }: { stage: StageKey; size?: number }) {
  return (
    <span
      aria-hidden
      className={classes.dot}
      style={{ '--dot-color': stageColor(stage), '--dot-size': `${size}px` } as React.CSSProperties}
    />
  );
}
