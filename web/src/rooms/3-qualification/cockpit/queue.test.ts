import { beforeEach, describe, expect, it } from 'vitest';
import { type Landed, type Patch, type Sent, TalkQueue } from './queue';

class Shelf implements Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'> {
  private readonly all = new Map<string, string>();
  get length() {
    return this.all.size;
  }
  key = (n: number) => [...this.all.keys()][n] ?? null;
  getItem = (key: string) => this.all.get(key) ?? null;
  setItem = (key: string, value: string) => {
    this.all.set(key, value);
  };
  removeItem = (key: string) => {
    this.all.delete(key);
  };
}

/** A server whose answers the test gives, and a clock it moves. */
let ids = 0;
function desk(store = new Shelf()) {
  const requests: { patches: Patch[]; answer: (sent: Sent) => Promise<void> }[] = [];
  let waiting: (() => void) | null = null;
  const queue = new TalkQueue({
    talk: 't',
    store,
    send: (patches) =>
      new Promise((resolve) => {
        requests.push({
          patches,
          answer: async (sent) => {
            resolve(sent);
            await Promise.resolve();
            await Promise.resolve();
          },
        });
      }),
    later: (_, work) => {
      waiting = work;
      return () => {
        if (waiting === work) waiting = null;
      };
    },
    newId: () => `id${++ids}`,
  });
  const tick = () => {
    const work = waiting;
    waiting = null;
    work?.();
  };
  return { queue, requests, tick, store };
}

const kept = (patch: Patch | undefined, revision: number, more: Partial<Landed> = {}): Landed => ({
  id: patch?.id ?? '',
  cell: patch?.cell ?? '',
  outcome: 'kept',
  revision,
  value: patch?.value,
  ...more,
});

describe('what is typed in a talk', () => {
  beforeEach(() => {
    ids = 0;
  });

  it('is kept on the device at every keystroke, before anything is sent', () => {
    const { queue, requests, store } = desk();
    queue.set('notes', 'H');
    queue.set('notes', 'He');
    expect(requests).toHaveLength(0);
    expect(store.getItem(store.key(0) ?? '')).toContain('"He"');
    expect(queue.state).toBe('saving');
  });

  it('is forgotten on the device once the server has it', async () => {
    const { queue, requests, tick, store } = desk();
    queue.set('notes', 'Hello');
    tick();
    await requests[0]?.answer({ landed: [kept(requests[0].patches[0], 1)] });
    expect([queue.state, queue.value('notes'), store.length]).toEqual(['saved', 'Hello', 0]);
  });

  it('is sent again under the same id after a killed tab, also when the answer was lost', async () => {
    const before = desk();
    before.queue.set('notes', 'Hello');
    before.tick();
    before.queue.set('notes', 'Hello there');
    const lost = before.requests[0]?.patches[0];
    const after = desk(before.store);
    expect(after.queue.value('notes')).toBe('Hello there');
    after.queue.open({ notes: { revision: 1, value: 'Hello' } });
    expect(after.requests[0]?.patches).toEqual([lost]);
    await after.requests[0]?.answer({ landed: [kept(lost, 1)] });
    after.tick();
    expect(after.requests[1]?.patches[0]).toMatchObject({ base: 1, value: 'Hello there' });
  });

  it('waits while the server is away, and goes on when it is back', async () => {
    const { queue, requests, tick } = desk();
    queue.set('notes', 'Hello');
    tick();
    await requests[0]?.answer('away');
    expect(queue.state).toBe('away');
    queue.set('notes', 'Hello again');
    tick();
    expect(requests[1]?.patches).toEqual(requests[0]?.patches);
    await requests[1]?.answer({ landed: [kept(requests[1].patches[0], 1)] });
    tick();
    expect(requests[2]?.patches[0]).toMatchObject({ base: 1, value: 'Hello again' });
  });

  it('takes in what a colleague wrote into the same text', async () => {
    const { queue, requests, tick } = desk();
    queue.open({ notes: { revision: 1, value: 'a\nb' } });
    queue.set('notes', 'a\nB');
    tick();
    const merged = kept(requests[0]?.patches[0], 3, { outcome: 'merged', value: 'A\nB' });
    await requests[0]?.answer({ landed: [merged] });
    expect(queue.value('notes')).toBe('A\nB');
  });

  it('never sends what was typed meanwhile over what was merged', async () => {
    const { queue, requests, tick } = desk();
    queue.open({ notes: { revision: 1, value: 'a\nb' } });
    queue.set('notes', 'a\nB');
    tick();
    queue.set('notes', 'a\nB!');
    const merged = kept(requests[0]?.patches[0], 3, { outcome: 'merged', value: 'A\nB' });
    await requests[0]?.answer({ landed: [merged] });
    tick();
    expect(requests[1]?.patches[0]).toMatchObject({ base: 1, value: 'a\nB!' });
  });

  it('shows both texts where they cannot be merged, and sends nothing of it before one is chosen', async () => {
    const { queue, requests, tick, store } = desk();
    queue.open({ notes: { revision: 1, value: 'a' } });
    queue.set('notes', 'mine');
    tick();
    queue.set('notes', 'mine!');
    const refused = kept(requests[0]?.patches[0], 2, { outcome: 'refused', value: 'theirs' });
    await requests[0]?.answer({ landed: [refused] });
    expect(queue.conflicts()).toEqual([{ cell: 'notes', yours: 'mine!', theirs: 'theirs' }]);
    expect([queue.state, queue.value('notes'), requests.length]).toEqual(['conflict', 'theirs', 1]);
    expect(store.getItem(store.key(0) ?? '')).toContain('"mine!"');
    queue.settle('notes', 'mine! theirs');
    tick();
    expect(requests[1]?.patches[0]).toMatchObject({ base: 2, value: 'mine! theirs' });
    await requests[1]?.answer({ landed: [kept(requests[1].patches[0], 3)] });
    expect([queue.state, store.length]).toEqual(['saved', 0]);
  });

  it('keeps a change the server will not have until it is changed', async () => {
    const { queue, requests, tick } = desk();
    queue.set('q.goal.words', 'much too long');
    tick();
    await requests[0]?.answer('refused');
    expect([queue.state, queue.value('q.goal.words')]).toEqual(['refused', 'much too long']);
    tick();
    expect(requests).toHaveLength(1);
    queue.set('q.goal.words', 'short');
    tick();
    expect(requests[1]?.patches[0]).toMatchObject({ value: 'short' });
  });

  it('passes over older news from the server', () => {
    const { queue } = desk();
    queue.open({ notes: { revision: 3, value: 'new' } });
    queue.open({ notes: { revision: 2, value: 'old' } });
    expect(queue.value('notes')).toBe('new');
  });
});
