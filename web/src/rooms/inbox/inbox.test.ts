import { describe, expect, it } from 'vitest';
import { instantAt } from '@/kit/zonedTime';
import { awaits, belongs, folded, isCapped, listPath, readSearch, restUntil } from './inbox';

const me = '01890000-0000-7000-8000-000000000001';

describe('the inbox', () => {
  it('asks for the open conversations of the reader unless the address says otherwise', () => {
    const asked = (search: object) => decodeURIComponent(listPath(readSearch({ ...search }), me));
    expect(asked({})).toBe(`/inbox/conversations?where=state.eq.open&where=assigned_to.eq.${me}`);
    expect(asked({ whose: 'unassigned', state: 'snoozed' })).toBe(
      '/inbox/conversations?where=state.eq.snoozed&where=assigned_to.empty',
    );
    expect(asked({ whose: 'everybody', intent: 'meeting', mailbox: 'm', q: 'kim' })).toBe(
      '/inbox/conversations?where=state.eq.open&where=mailbox_id.eq.m&where=intent.eq.meeting&q=kim',
    );
    expect(readSearch({ whose: 'x', state: 1, tab: 'y' })).toEqual({});
  });

  it('lets go of what was done, put to rest or given away', () => {
    const row = { state: 'open', assigned_to: me };
    expect(belongs(row, {}, me)).toBe(true);
    expect(belongs({ ...row, state: 'done' }, {}, me)).toBe(false);
    expect(belongs({ ...row, assigned_to: null }, {}, me)).toBe(false);
    expect(belongs({ ...row, assigned_to: undefined }, { whose: 'unassigned' }, me)).toBe(true);
    expect(belongs({ ...row, assigned_to: 'other' }, { whose: 'everybody' }, me)).toBe(true);
    expect(belongs({ ...row, state: 'snoozed' }, { state: 'snoozed' }, me)).toBe(true);
  });

  it('says who waits', () => {
    const wrote = '2026-11-27T09:00:00.000000Z';
    expect(awaits({ last_in_at: wrote, answered_at: null })).toBe(true);
    expect(awaits({ last_in_at: wrote, answered_at: '2026-11-26T09:00:00.000000Z' })).toBe(true);
    expect(awaits({ last_in_at: wrote, answered_at: '2026-11-27T09:05:00.000000Z' })).toBe(false);
    expect([isCapped(999), isCapped(1000)]).toEqual([false, true]);
  });

  it('folds what they quoted away', () => {
    const text = 'Gladly.\n\nOn Monday we wrote:\n> Is this for you?';
    expect(folded({ direction: 'in', excerpt: 'Gladly.', text })).toEqual({ shown: 'Gladly.', whole: text });
    expect(folded({ direction: 'in', excerpt: 'Gladly.', text: ' Gladly.\n' }).whole).toBeNull();
    expect(folded({ direction: 'in', excerpt: null, text: 'All of it' }).shown).toBe('All of it');
    expect(folded({ direction: 'out', excerpt: null, text: 'Ours' })).toEqual({ shown: 'Ours', whole: null });
  });
});

describe('a rest', () => {
  it('ends at nine on the reader’s own clock', () => {
    // Friday 27 November 2026, 10:00 in Seoul.
    const now = Date.parse('2026-11-27T01:00:00Z');
    const ends = (rest: Parameters<typeof restUntil>[0], zone = 'Asia/Seoul') =>
      restUntil(rest, zone, now).toISOString();
    expect(ends('hours')).toBe('2026-11-27T04:00:00.000Z');
    expect(ends('tomorrow')).toBe('2026-11-28T00:00:00.000Z');
    expect(ends('days')).toBe('2026-11-30T00:00:00.000Z');
    expect(ends('week')).toBe('2026-11-30T00:00:00.000Z');
    expect(ends('weeks')).toBe('2026-12-11T00:00:00.000Z');
    // There it is still Thursday evening.
    expect(ends('tomorrow', 'America/New_York')).toBe('2026-11-27T14:00:00.000Z');
  });

  it('knows summer time', () => {
    expect(instantAt('America/New_York', '2026-03-09', 9).toISOString()).toBe('2026-03-09T13:00:00.000Z');
    expect(instantAt('America/New_York', '2026-03-07', 9).toISOString()).toBe('2026-03-07T14:00:00.000Z');
    expect(instantAt('UTC', '2026-03-07', 9).toISOString()).toBe('2026-03-07T09:00:00.000Z');
  });

  it('never ends on the Monday it begins', () => {
    const monday = Date.parse('2026-11-30T03:00:00Z');
    expect(restUntil('week', 'UTC', monday).toISOString()).toBe('2026-12-07T09:00:00.000Z');
    const sunday = Date.parse('2026-11-29T03:00:00Z');
    expect(restUntil('week', 'UTC', sunday).toISOString()).toBe('2026-11-30T09:00:00.000Z');
  });
});
