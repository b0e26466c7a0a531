import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { messages as en } from '@/i18n/en';
import { messages as ko } from '@/i18n/ko';
import { pieceCall, withOwn } from '../templates';
import { type Condition, newLeaf, readTerms, writeTerms } from './condition';
import { conditionText, forkText, type Names, stepName } from './conditionText';
import { begun, changed, redone, undone } from './history';
import { cardWidth, endOf, labelWidth, laneX, layoutOf } from './layout';
import { forkFaults, leadingTo, reordered, without } from './order';
import {
  type DraftStep,
  draftOf,
  freeKey,
  keyed,
  plainOf,
  withoutWording,
  withWording,
  wordingOf,
} from './steps';

beforeAll(async () => {
  const resources = { en: { translation: en }, ko: { translation: ko } };
  await i18next.init({ lng: 'en', resources, interpolation: { escapeValue: false } });
});

const step = (more: Parameters<typeof draftOf>[0] = {}): DraftStep => draftOf(more);
const clicked = { is: 'happened', what: 'clicked' } as const satisfies Condition;

/** mail, wait (forks to the call, and to an end), mail, call. */
function forked(): DraftStep[] {
  return [
    step({ subject: 'Hello', body: 'How?' }),
    step({ kind: 'wait', branches: [{ if: clicked, go_to: 'call' }, { if: { is: 'bounced' } }] }),
    step({ body: 'Again?' }),
    step({ kind: 'call', key: 'call', subject: 'Call' }),
  ];
}

const names = (steps: DraftStep[]): Names => ({
  step: (key) =>
    stepName(
      i18next.t,
      steps,
      steps.findIndex((one) => one.key === key),
    ),
  field: (path) => path,
  value: (_, value) => String(value),
});

describe('conditions', () => {
  const table: [Condition, string, string][] = [
    [clicked, 'they clicked a link', '링크를 클릭한 경우'],
    [{ ...clicked, value: '2' }, 'they clicked link 2', '링크 2을(를) 클릭한 경우'],
    [
      { is: 'happened', what: 'call', value: 'voicemail' },
      'a call ended with “Voicemail”',
      '통화 결과가 ‘음성 사서함’인 경우',
    ],
    [{ is: 'not', of: { is: 'bounced' } }, 'no mail bounced', '반송된 메일이 없는 경우'],
    [
      { is: 'no_reply', days: 1 },
      'they have not answered for 1 business day',
      '1영업일 동안 답장이 없는 경우',
    ],
    [
      { is: 'variant', step: 'call', arm: 2 },
      'they got wording B of step 4 (Call)',
      '4단계(전화)의 문안 B을(를) 받은 경우',
    ],
    [
      { is: 'field', field: 'company.grade', op: 'eq', value: 'A' },
      'the company.grade is “A”',
      'company.grade 값이 ‘A’인 경우',
    ],
    [
      { is: 'any', of: [clicked, { is: 'not', of: { is: 'happened', what: 'meeting' } }] },
      'they clicked a link or no meeting was booked',
      '링크를 클릭한 경우 또는 미팅이 잡히지 않은 경우',
    ],
    [
      { is: 'not', of: { is: 'all', of: [clicked, { is: 'any', of: [{ is: 'bounced' }, clicked] }] } },
      'it is not so that (they clicked a link and (a mail bounced or they clicked a link))',
      '(링크를 클릭한 경우 그리고 (메일이 반송된 경우 또는 링크를 클릭한 경우))가 아닌 경우',
    ],
  ];

  it.each(table)('%j reads as a sentence in both languages', async (condition, english, korean) => {
    await i18next.changeLanguage('en');
    expect(conditionText(i18next.t, condition, names(forked()))).toBe(english);
    await i18next.changeLanguage('ko');
    expect(conditionText(i18next.t, condition, names(forked()))).toBe(korean);
    await i18next.changeLanguage('en');
  });

  it('a fork says where it leads', () => {
    const steps = forked();
    const [onward, end] = steps[1]?.branches ?? [];
    const say = (fork: typeof onward) => fork && forkText(i18next.t, steps, fork, names(steps));
    expect(say(onward)).toBe('If they clicked a link, go to step 4 (Call).');
    expect(say(end)).toBe('If a mail bounced, the sequence ends for them.');
    expect(say({ if: clicked, go_to: 'gone' })).toBe('If they clicked a link, nowhere yet.');
  });

  it('lines say one level, said or denied; what is deeper has none', () => {
    const lines: Condition = { is: 'any', of: [clicked, { is: 'not', of: { is: 'bounced' } }] };
    const read = readTerms(lines);
    expect(read?.join).toBe('any');
    expect(read?.terms.map((one) => one.denied)).toEqual([false, true]);
    expect(read && writeTerms(read)).toEqual(lines);
    const one = readTerms({ is: 'all', of: [clicked] });
    expect(one && writeTerms(one)).toEqual(clicked);
    expect(readTerms({ is: 'all', of: [lines, clicked] })).toBeNull();
    expect(readTerms({ is: 'not', of: { is: 'not', of: clicked } })).toBeNull();
    expect(newLeaf('piece')).toEqual({ is: 'happened', what: 'piece' });
  });
});

describe('keys', () => {
  it('are made when a fork needs one, and stay when there is one', () => {
    const steps = [step({ kind: 'call', key: 'call' }), step({ kind: 'call' }), step({ key: 'mine' })];
    expect(freeKey(steps, 'call')).toBe('call-2');
    const named = keyed(steps, 1);
    expect(named.key).toBe('call-2');
    expect(named.steps.map((one) => one.key)).toEqual(['call', 'call-2', 'mine']);
    expect(keyed(steps, 2).key).toBe('mine');
  });
});

describe('the order of steps', () => {
  it('a fork must stay before the step it leads to', () => {
    const steps = forked();
    expect(reordered(steps, 3, 0)).toEqual({ refused: { from: 1, to: 3 } });
    expect(reordered(steps, 1, 3)).toEqual({ refused: { from: 1, to: 3 } });
    const moved = reordered(steps, 0, 3);
    expect('steps' in moved && moved.steps.map((one) => one.kind)).toEqual(['wait', 'mail', 'call', 'mail']);
  });

  it('a fork that was wrong before does not forbid another move', () => {
    const steps = [
      step({ key: 'a' }),
      step({ branches: [{ if: clicked, go_to: 'a' }] }),
      step({ kind: 'task' }),
    ];
    expect(forkFaults(steps)).toEqual([{ step: 1, fork: 0, why: 'backward', to: 0 }]);
    expect('steps' in reordered(steps, 2, 0)).toBe(true);
    expect(forkFaults([step({ branches: [{ if: clicked, go_to: 'x' }] })])[0]?.why).toBe('gone');
  });

  it('forks to a removed step lead to the next one, or end', () => {
    const steps = [...forked(), step({ kind: 'task', subject: 'Note' })];
    expect(leadingTo(steps, 3)).toEqual([{ step: 1, fork: 0 }]);
    const next = without(steps, 3);
    expect(next.map((one) => one.key)).toEqual([null, null, null, 'task']);
    expect(next[1]?.branches[0]?.go_to).toBe('task');
    expect(forkFaults(next)).toEqual([]);
    expect(without(forked(), 3)[1]?.branches[0]?.go_to).toBeNull();
  });
});

describe('wordings', () => {
  it('the second takes the place of the first', () => {
    const variants = [
      { subject: 'B', body: 'b' },
      { subject: 'C', body: 'c' },
    ];
    const mail = step({ subject: 'A', body: 'a', variants, allocation: 'bandit' });
    const first = { ...mail, ...withoutWording(mail, 0) };
    expect([first.subject, first.body, first.variants]).toEqual(['B', 'b', [variants[1]]]);
    const one = { ...first, ...withoutWording(first, 1) };
    expect([one.subject, one.variants, one.allocation]).toEqual(['B', [], 'fixed']);
    expect(wordingOf({ ...mail, ...withWording(mail, 2, { body: 'new' }) }, 2)).toEqual({
      subject: 'C',
      body: 'new',
    });
  });
});

describe('what is sent', () => {
  it('is what was read, without what has its usual value', () => {
    const given = {
      kind: 'mail' as const,
      key: 'first',
      delay_days: 2,
      delay_hours: 4,
      branches: [{ if: { is: 'bounced' as const } }],
      subject: 'Hi',
      body: 'How?',
      variants: [{ subject: '', body: 'Or how?' }],
      allocation: 'bandit' as const,
    };
    expect(plainOf(draftOf(given))).toEqual(given);
    expect(plainOf(draftOf({}))).toEqual({ kind: 'mail', delay_days: 0, subject: '', body: '' });
  });
});

describe('undo', () => {
  it('takes back a word typed at once, and everything else one by one', () => {
    let history = begun('');
    history = changed(history, 'H', 'subject', 0);
    history = changed(history, 'Hi', 'subject', 200);
    history = changed(history, 'Hi!', 'subject', 5_000);
    history = changed(history, 'moved', '', 5_100);
    history = changed(history, 'moved twice', '', 5_200);
    const back = [1, 2, 3, 4, 5].map(() => {
      history = undone(history);
      return history.present;
    });
    expect(back).toEqual(['moved', 'Hi!', 'Hi', '', '']);
    history = redone(redone(history));
    expect(history.present).toBe('Hi!');
    expect(redone(changed(history, 'else', '', 9_000)).present).toBe('else');
  });
});

describe('the map', () => {
  it('stands from top to bottom, and forks have lanes of their own where they meet', () => {
    const steps = forked();
    const { steps: places, forks, end } = layoutOf(steps);
    for (const [n, place] of places.slice(1).entries()) {
      const before = places[n];
      expect(place.y).toBeGreaterThan((before?.y ?? 0) + (before?.height ?? 0));
    }
    expect(end).toBeGreaterThan(places.at(-1)?.y ?? 0);
    expect(forks.map((one) => one.to)).toEqual([3, null]);
    expect(new Set(forks.map((one) => one.lane)).size).toBe(2);
    // The upper one goes round the lower one.
    expect(forks[0]?.lane).toBe(1);
    expect(laneX(0) - labelWidth / 2).toBeGreaterThan(cardWidth);
    for (const line of forks) expect(endOf(line).y).toBeGreaterThan(line.y);
  });

  it('a lane is used again below', () => {
    const again = { if: clicked };
    const steps = [step({ branches: [again] }), step(), step({ branches: [again] }), step()];
    expect(layoutOf(steps).forks.map((one) => one.lane)).toEqual([0, 0]);
  });

  it('a fork that leads back is drawn as leading nowhere', () => {
    const steps = [step({ key: 'a' }), step({ branches: [{ if: clicked, go_to: 'a' }] })];
    expect(layoutOf(steps).forks[0]?.to).toBeNull();
  });
});

describe('the template of a first-touch piece', () => {
  const both = [pieceCall('en'), pieceCall('ko')];

  it('is the same sequence in both languages', () => {
    const [english, korean] = both.map(({ key, goal, steps }) => [
      key,
      goal,
      steps.map((one) => [one.kind, one.delay_days, one.branches, one.key]),
    ]);
    expect(korean).toEqual(english);
  });

  it('R104: the piece comes first, and the call after it, unless it came back', () => {
    for (const { steps } of both) {
      const drafts = steps.map(draftOf);
      expect(forkFaults(drafts)).toEqual([]);
      expect(drafts[0]?.kind).toBe('post');
      expect(['letter', 'postcard', 'gift']).toContain(drafts[0]?.piece?.kind);
      expect(drafts[0]?.piece?.personality).toBeTruthy();
      expect(drafts[0]?.piece?.unique_value).toBeTruthy();
      const call = drafts.find((one) => one.kind === 'call');
      const returned = { is: 'happened', what: 'piece', value: 'returned' };
      expect(call?.branches[0]?.if).toEqual(returned);
      expect(call?.delay_days).toBeGreaterThanOrEqual(1);
    }
  });

  it('stands beside those that ship, once', () => {
    const one = pieceCall('en');
    expect(withOwn([], 'en')).toEqual([one]);
    expect(withOwn([one], 'en')).toEqual([one]);
  });
});
