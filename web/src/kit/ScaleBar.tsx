import classes from './ScaleBar.module.css';

interface ScaleBarProps {
  /** What it shows, in words. */
  label: string;
  color: string;
  /** Null draws the empty scale. */
  value: number | null;
  interval: { low: number; high: number } | null;
  /** The end of the scale; 1 unless said otherwise. */
  max?: number;
}

/** A scale from nothing to `max` with a value as a mark inside the band of its interval. */
export function ScaleBar({ label, color, value, interval, max = 1 }: ScaleBarProps) {
  const at = (part: number) => `${Math.min(1, Math.max(0, part / max)) * 100}%`;
  return (
    <div role="img" aria-label={label} className={classes.scale}>
      {interval && (
        <span
          className={classes.band}
          style={{
            insetInlineStart: at(interval.low),
            inlineSize: at(Math.min(interval.high, max) - interval.low),
            background: color,
          }}
        />
      )}
      {value !== null && (
        <span className={classes.mark} style={{ insetInlineStart: at(value), background: color }} />
      )}
    </div>
  );
}
