/**
 * What is typed in a talk, until the server has it. Every keystroke is kept on this device before anything else happens;
 * what was not acknowledged when a tab died or the server was away is sent again, under the same ids, so that nothing is
 * lost and nothing is written twice. Knows nothing of React or of HTTP.
 */

export interface Patch {
  id: string;
  cell: string;
  /** The revision the change was made on. */
  base: number;
  value: unknown;
}

export interface Landed {
  id: string;
  cell: string;
  outcome: 'kept' | 'merged' | 'refused';
  revision: number;
  value: unknown;
}

export interface Known {
  revision: number;
  value: unknown;
}

interface Draft {
  base: number;
  value: unknown;
}

/** Two texts of one place, both kept by the server. */
export interface Conflict {
  cell: string;
  yours: unknown;
  theirs: unknown;
}

/** What the server says to changes: what became of them, that it cannot be reached, or that they never fit. */
export type Sent = { landed: Landed[] } | 'away' | 'refused';

export type QueueState = 'saved' | 'saving' | 'away' | 'refused' | 'conflict';

interface Kept {
  drafts: Record<string, Draft>;
  sending: Patch[];
  conflicts: Record<string, Conflict>;
}

export interface QueueParts {
  talk: string;
  store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;
  send: (patches: Patch[]) => Promise<Sent>;
  /** Calls back later; answers how to call it off. */
  later: (milliseconds: number, work: () => void) => () => void;
  newId: () => string;
}

/** How long after the last keystroke changes are sent, and how long at most while somebody types on. */
const quietMilliseconds = 500;
const longestMilliseconds = 2_000;
const retryMilliseconds = [1_000, 2_000, 5_000, 10_000];
const patchesAtOnce = 100;

const prefix = 'sevenfold.talk.';
const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export class TalkQueue {
  private readonly parts: QueueParts;
  private readonly key: string;
  private readonly known = new Map<string, Known>();
  private kept: Kept = { drafts: {}, sending: [], conflicts: {} };
  private busy = false;
  private trouble: 'away' | 'refused' | null = null;
  private tries = 0;
  private waiting: (() => void) | null = null;
  private typedSince: number | null = null;
  private readonly listeners = new Set<() => void>();
  private closed = false;
  /** Counts changes, for whoever shows them. */
  version = 0;

  constructor(parts: QueueParts) {
    this.parts = parts;
    this.key = `${prefix}${parts.talk}.${parts.newId()}`;
    this.adopt();
  }

  /** What earlier tabs left unsent becomes ours. Live ones write theirs anew; the same change twice is one change. */
  private adopt(): void {
    const { store, talk } = this.parts;
    const keys = Array.from({ length: store.length }, (_, n) => store.key(n)).filter(
      (key): key is string => key?.startsWith(`${prefix}${talk}.`) === true,
    );
    for (const key of keys) {
      const left = readKept(store.getItem(key));
      this.kept.sending.push(...left.sending);
      Object.assign(this.kept.drafts, left.drafts);
      Object.assign(this.kept.conflicts, left.conflicts);
    }
    if (keys.length > 0) this.keep();
    for (const key of keys) store.removeItem(key);
  }

  private keep(): void {
    const { drafts, sending, conflicts } = this.kept;
    const empty =
      sending.length === 0 && Object.keys(drafts).length === 0 && Object.keys(conflicts).length === 0;
    try {
      if (empty) this.parts.store.removeItem(this.key);
      else this.parts.store.setItem(this.key, JSON.stringify(this.kept));
    } catch {
      // A full store keeps nothing; what is typed is sent all the same.
    }
  }

  private tell(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What the server has; older news than what is known is passed over. */
  open(cells: Readonly<Record<string, Known>>): void {
    for (const [cell, now] of Object.entries(cells)) {
      if ((this.known.get(cell)?.revision ?? 0) <= now.revision) this.known.set(cell, now);
    }
    this.tell();
    if (this.hasUnsent()) this.flush();
  }

  /** What stands in a place, as it is seen here. */
  value(cell: string): unknown {
    const draft = this.kept.drafts[cell];
    if (draft) return draft.value;
    const sent = this.kept.sending.findLast((patch) => patch.cell === cell);
    return sent ? sent.value : (this.known.get(cell)?.value ?? null);
  }

  conflicts(): Conflict[] {
    return Object.values(this.kept.conflicts);
  }

  get state(): QueueState {
    if (this.trouble) return this.trouble;
    if (this.hasUnsent()) return 'saving';
    return this.conflicts().length > 0 ? 'conflict' : 'saved';
  }

  private hasUnsent(): boolean {
    return this.kept.sending.length > 0 || Object.keys(this.kept.drafts).length > 0;
  }

  /** Something was typed: kept here at once, sent soon. */
  set(cell: string, value: unknown): void {
    const before = this.kept.drafts[cell];
    const sent = this.kept.sending.findLast((patch) => patch.cell === cell);
    const base = before?.base ?? sent?.base ?? this.known.get(cell)?.revision ?? 0;
    this.kept.drafts[cell] = { base, value };
    if (this.trouble === 'refused') this.trouble = null;
    this.keep();
    this.tell();
    this.soon();
  }

  /** Of two texts one is chosen, or both written together. */
  settle(cell: string, value: unknown): void {
    delete this.kept.conflicts[cell];
    if (same(value, this.known.get(cell)?.value)) {
      delete this.kept.drafts[cell];
      this.keep();
      this.tell();
    } else {
      this.kept.drafts[cell] = { base: this.known.get(cell)?.revision ?? 0, value };
      this.keep();
      this.tell();
      this.soon();
    }
  }

  private soon(): void {
    const now = Date.now();
    this.typedSince ??= now;
    const left = Math.max(0, longestMilliseconds - (now - this.typedSince));
    this.wait(Math.min(quietMilliseconds, left));
  }

  private wait(milliseconds: number): void {
    this.waiting?.();
    this.waiting = this.closed ? null : this.parts.later(milliseconds, () => this.flush());
  }

  /** Sends what is unsent now. */
  flush = (): void => {
    this.waiting?.();
    this.waiting = null;
    if (this.busy || this.closed || this.trouble === 'refused') return;
    this.typedSince = null;
    if (this.kept.sending.length === 0) this.load();
    if (this.kept.sending.length === 0) return;
    this.busy = true;
    this.tell();
    const patches = this.kept.sending.slice(0, patchesAtOnce);
    this.parts.send(patches).then(
      (sent) => this.heard(patches, sent),
      () => this.heard(patches, 'away'),
    );
  };

  /** Drafts become changes with ids, kept before they leave. */
  private load(): void {
    for (const [cell, { base, value }] of Object.entries(this.kept.drafts)) {
      if (cell in this.kept.conflicts) continue;
      this.kept.sending.push({ id: this.parts.newId(), cell, base, value });
      delete this.kept.drafts[cell];
    }
    this.keep();
  }

  private heard(patches: readonly Patch[], sent: Sent): void {
    this.busy = false;
    if (sent === 'away') {
      this.trouble = 'away';
      this.wait(retryMilliseconds[Math.min(this.tries, retryMilliseconds.length - 1)] ?? 1_000);
      this.tries += 1;
    } else {
      this.tries = 0;
      this.trouble = sent === 'refused' ? 'refused' : null;
      this.kept.sending = this.kept.sending.filter((one) => !patches.some(({ id }) => id === one.id));
      for (const patch of patches) {
        const landed = sent === 'refused' ? undefined : sent.landed.find(({ id }) => id === patch.id);
        if (landed) this.land(patch, landed);
        else this.kept.drafts[patch.cell] ??= { base: patch.base, value: patch.value };
      }
      this.keep();
      if (this.hasUnsent() && this.trouble === null) this.wait(quietMilliseconds);
    }
    this.tell();
  }

  private land(patch: Patch, landed: Landed): void {
    const { cell } = landed;
    if ((this.known.get(cell)?.revision ?? 0) <= landed.revision)
      this.known.set(cell, { revision: landed.revision, value: landed.value });
    const draft = this.kept.drafts[cell];
    if (landed.outcome === 'refused') {
      // What was typed since goes into the choice; nothing is sent over the other's text without it.
      delete this.kept.drafts[cell];
      this.kept.conflicts[cell] = { cell, yours: draft ? draft.value : patch.value, theirs: landed.value };
    } else if (draft) {
      // Typed on top of what was sent: where that was merged, the next change is one of the same old text.
      this.kept.drafts[cell] = {
        value: draft.value,
        base: same(landed.value, patch.value) ? landed.revision : patch.base,
      };
    }
  }

  /** Nothing is sent from here any more; what is unsent stays on this device. */
  close(): void {
    this.closed = true;
    this.waiting?.();
    this.waiting = null;
  }
}

function readKept(text: string | null): Kept {
  const nothing: Kept = { drafts: {}, sending: [], conflicts: {} };
  try {
    return { ...nothing, ...(JSON.parse(text ?? '{}') as Partial<Kept>) };
  } catch {
    return nothing;
  }
}
