import {
  IconCheckbox,
  IconHourglass,
  IconMail,
  IconMailbox,
  IconPhone,
  IconUserPlus,
  type TablerIcon,
} from '@tabler/icons-react';
import type { StepKind } from '@/api/generated/model';
import classes from './editor.module.css';

const icons: Record<StepKind, TablerIcon> = {
  mail: IconMail,
  call: IconPhone,
  social: IconUserPlus,
  post: IconMailbox,
  task: IconCheckbox,
  wait: IconHourglass,
};

/** The picture of a kind of step in its hue. */
export function KindIcon({ kind, size = 16 }: { kind: StepKind; size?: number }) {
  const Icon = icons[kind];
  return (
    <span className={classes.kind} data-kind={kind} aria-hidden>
      <Icon size={size} stroke={1.7} />
    </span>
  );
}
