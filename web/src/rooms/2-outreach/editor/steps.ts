/** A sequence's steps while they are written: every field filled, each known by an id of its own. */
import type { Allocation, Channel, PieceForm, Step, StepKind, ThreadKind } from '@/api/generated/model';
import type { Condition } from './condition';

export interface Wording {
  subject: string;
  body: string;
}

export interface Fork {
  if: Condition;
  /** Key of a later step; null: the sequence ends. */
  go_to: string | null;
}

export interface DraftStep {
  uid: string;
  kind: StepKind;
  key: string | null;
  delay_days: number;
  delay_hours: number;
  branches: Fork[];
  thread: ThreadKind | null;
  goal: string;
  subject: string;
  body: string;
  variants: Wording[];
  allocation: Allocation;
  channel: Channel | null;
  /** A request to connect, for a social step on LinkedIn. */
  connect: boolean;
  /** What a step by post makes. */
  piece: PieceForm | null;
}

export const stepKinds = ['mail', 'call', 'social', 'post', 'task', 'wait'] as const satisfies StepKind[];
export const mostForks = 5;
export const mostWordings = 5;
export const mostSteps = 50;

export function draftOf(step: Step): DraftStep {
  return {
    uid: crypto.randomUUID(),
    kind: step.kind ?? 'mail',
    key: step.key ?? null,
    delay_days: step.delay_days ?? 0,
    delay_hours: step.delay_hours ?? 0,
    branches: (step.branches ?? []).map((one) => ({ if: one.if as Condition, go_to: one.go_to ?? null })),
    thread: step.thread ?? null,
    goal: step.goal ?? '',
    subject: step.subject ?? '',
    body: step.body ?? '',
    variants: (step.variants ?? []).map(({ subject = '', body }) => ({ subject, body })),
    allocation: step.allocation ?? 'fixed',
    channel: step.channel ?? null,
    connect: step.connect ?? false,
    piece: step.piece ?? null,
  };
}

/** As the server takes it; what has its usual value is left out, so that equal drafts read the same. */
export function plainOf(draft: DraftStep): Step {
  const { uid: _, kind, key, delay_days, delay_hours, branches, thread, goal, ...words } = draft;
  const { subject, body, variants, allocation, channel, connect, piece } = words;
  return {
    kind,
    ...(key ? { key } : {}),
    delay_days,
    ...(delay_hours > 0 ? { delay_hours } : {}),
    ...(branches.length > 0 ? { branches: branches.map(plainFork) } : {}),
    ...(thread ? { thread } : {}),
    ...(goal ? { goal } : {}),
    subject,
    body,
    ...(variants.length > 0 ? { variants } : {}),
    ...(allocation === 'bandit' ? { allocation } : {}),
    ...(channel ? { channel } : {}),
    ...(connect ? { connect } : {}),
    ...(piece ? { piece } : {}),
  };
}

function plainFork(fork: Fork): NonNullable<Step['branches']>[number] {
  const condition = fork.if as NonNullable<Step['branches']>[number]['if'];
  return fork.go_to === null ? { if: condition } : { if: condition, go_to: fork.go_to };
}

/** A step as it is begun: the first at once, later ones after three business days. */
export function newStep(kind: StepKind, first: boolean): DraftStep {
  return draftOf({
    kind,
    delay_days: first ? 0 : 3,
    channel: kind === 'social' ? 'linkedin' : null,
    piece: kind === 'post' ? { kind: 'letter' } : null,
  });
}

/** Another kind keeps what both have. */
export function ofKind(step: DraftStep, kind: StepKind): DraftStep {
  const mail = kind === 'mail';
  return {
    ...step,
    kind,
    thread: mail ? step.thread : null,
    variants: mail ? step.variants : [],
    allocation: mail ? step.allocation : 'fixed',
    channel: kind === 'social' ? 'linkedin' : null,
    connect: false,
    piece: kind === 'post' ? (step.piece ?? { kind: 'letter' }) : null,
  };
}

export function isReply(step: DraftStep): boolean {
  return step.thread ? step.thread === 'reply' : step.subject.trim() === '';
}

/** Whether a mail at this place has a mail before it that it could answer. */
export function hasMailBefore(steps: readonly DraftStep[], at: number): boolean {
  return steps.slice(0, at).some((one) => one.kind === 'mail');
}

/** The subject and text of a wording, 0 being the step's own. */
export function wordingOf(step: DraftStep, arm: number): Wording {
  return step.variants[arm - 1] ?? { subject: step.subject, body: step.body };
}

export function withWording(step: DraftStep, arm: number, next: Partial<Wording>): Partial<DraftStep> {
  if (arm === 0) return next;
  return { variants: step.variants.map((one, n) => (n === arm - 1 ? { ...one, ...next } : one)) };
}

/** Without a wording. When the first goes, the second becomes the step's own. */
export function withoutWording(step: DraftStep, arm: number): Partial<DraftStep> {
  const [second, ...others] = step.variants;
  const rest =
    arm === 0 ? { ...second, variants: others } : { variants: step.variants.filter((_, n) => n !== arm - 1) };
  return rest.variants.length > 0 ? rest : { ...rest, allocation: 'fixed' };
}

/** A, B, C … */
export function letterOf(arm: number): string {
  return String.fromCharCode(65 + arm);
}

/** A name for a step that has none, from its kind: `call`, `call-2`, … */
export function freeKey(steps: readonly DraftStep[], kind: StepKind): string {
  const taken = new Set(steps.map((one) => one.key));
  for (let n = 1; ; n += 1) {
    const key = n === 1 ? kind : `${kind}-${n}`;
    if (!taken.has(key)) return key;
  }
}

/** The steps, the one at this place with a key, and the key. */
export function keyed(steps: readonly DraftStep[], at: number): { steps: DraftStep[]; key: string } {
  const key = steps[at]?.key ?? freeKey(steps, steps[at]?.kind ?? 'mail');
  return { key, steps: steps.map((one, n) => (n === at ? { ...one, key } : one)) };
}
