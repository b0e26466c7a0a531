/** Where the steps and forks of a sequence stand on its map. All in pixels; no two labels lie on each other. */
import { placeOf } from './order';
import type { DraftStep } from './steps';

export const cardWidth = 264;
export const labelWidth = 184;
const cardHeight = 76;
const forkHeight = 52;
const gap = 56;
const laneGap = 16;
const endDrop = 44;
/** Where forks arrive at a card, below its upper edge: above those that leave it. */
export const arrival = 12;
/** Half of a label of two lines, and a little air. */
const labelHalf = 22;
export const endSize = { width: 96, height: 32 };

export interface StepPlace {
  at: number;
  y: number;
  height: number;
}

export interface ForkLine {
  step: number;
  fork: number;
  /** The step it leads to, counted from 0; null for an end, or for a step that is gone or before it. */
  to: number | null;
  /** 0 is next to the cards. */
  lane: number;
  /** Middle of the lane, where the label stands. */
  x: number;
  /** Height at which it leaves its step. */
  y: number;
}

export interface Layout {
  steps: StepPlace[];
  forks: ForkLine[];
  width: number;
  height: number;
  /** Where the sequence ends for who walks it to the end. */
  end: number;
}

function heightOf(step: DraftStep): number {
  return Math.max(cardHeight, step.branches.length * forkHeight);
}

export function laneX(lane: number): number {
  return cardWidth + 40 + labelWidth / 2 + lane * (labelWidth + laneGap);
}

/** Cards one below the other; forks beside them, each in the nearest lane that is free as far as it reaches. */
export function layoutOf(steps: readonly DraftStep[]): Layout {
  const places: StepPlace[] = [];
  let y = 0;
  for (const [at, step] of steps.entries()) {
    const height = heightOf(step);
    places.push({ at, y, height });
    y += height + gap;
  }
  const forks = forksOf(steps, places);
  const width = Math.max(cardWidth, ...forks.map((one) => one.x + labelWidth / 2));
  const height = Math.max(
    y + endSize.height,
    ...forks.map((one) => (one.to === null ? endOf(one).y + endSize.height : 0)),
  );
  return { steps: places, forks, width, height, end: y };
}

function forksOf(steps: readonly DraftStep[], places: readonly StepPlace[]): ForkLine[] {
  const taken: { from: number; to: number }[][] = [];
  return steps.flatMap((step, at) => {
    const card = places[at];
    if (!card) return [];
    // Those further down stand nearer: their lines do not cross the labels of the others.
    const lines = step.branches.map((branch, fork): ForkLine => {
      const target = placeOf(steps, branch.go_to);
      const to = target !== null && target > at ? target : null;
      const y = card.y + (card.height * (fork + 0.5)) / step.branches.length;
      return { step: at, fork, to, lane: 0, x: 0, y };
    });
    for (const line of [...lines].reverse()) {
      const below = line.to === null ? endOf(line).y + endSize.height : (places[line.to]?.y ?? 0) + arrival;
      const reach = { from: line.y - labelHalf, to: below };
      line.lane = freeLane(taken, reach);
      line.x = laneX(line.lane);
    }
    return lines;
  });
}

function freeLane(taken: { from: number; to: number }[][], reach: { from: number; to: number }): number {
  let lane = taken.findIndex((spans) => spans.every((one) => one.to < reach.from || one.from > reach.to));
  if (lane < 0) lane = taken.push([]) - 1;
  taken[lane]?.push(reach);
  return lane;
}

/** Top left corner of the end that a fork leads to. */
export function endOf(line: ForkLine): { x: number; y: number } {
  return { x: line.x - endSize.width / 2, y: line.y + endDrop };
}
