import { describe, expect, it } from 'vitest';
import {
  clockTime,
  date,
  dateTime,
  daysSince,
  daysUntil,
  initials,
  minorDigits,
  moment,
  money,
  percent,
  personName,
  relative,
  signed,
  todayIn,
} from './format';

const en = { locale: 'en', timeZone: 'America/New_York' };
const ko = { locale: 'ko', timeZone: 'Asia/Seoul' };

describe('money', () => {
  it('writes won without decimals and dollars with cents only when there are any', () => {
    expect(money(ko, { minor: 15_000_000, currency: 'KRW' })).toBe('₩15,000,000');
    expect(money(en, { minor: 125_000, currency: 'USD' })).toBe('$1,250');
    expect(money(en, { minor: 125_050, currency: 'USD' })).toBe('$1,250.50');
  });
  it('shortens large amounts in the way of the language', () => {
    expect(money(ko, { minor: 15_000_000, currency: 'KRW' }, true)).toBe('₩1,500만');
    expect(money(en, { minor: 1_500_000_00, currency: 'USD' }, true)).toBe('$1.5M');
  });
  it('knows currencies without and with three decimals', () => {
    expect([minorDigits('JPY'), minorDigits('KWD'), minorDigits('EUR')]).toEqual([0, 3, 2]);
  });
  it('says nothing for no amount', () => {
    expect(money(en, null)).toBe('');
  });
});

describe('dates', () => {
  it('a calendar date does not move with the zone of the reader', () => {
    expect(date(en, '2026-03-01')).toBe('Mar 1, 2026');
    expect(date(ko, '2026-03-01')).toBe('2026. 3. 1.');
  });
  it('an instant is shown in the zone of the reader', () => {
    expect(dateTime(ko, '2026-03-01T23:30:00Z')).toContain('2026. 3. 2.');
    expect(dateTime(en, '2026-03-01T23:30:00Z')).toContain('6:30');
  });
  it('the time on somebody else’s clock stays as it is', () => {
    expect(clockTime(en, '2026-11-26T09:54:00+09:00')).toContain('9:54');
  });
  it('a moment of today is told by its hour, any other by its day', () => {
    const now = Date.parse('2026-03-01T23:00:00Z');
    expect(moment(ko, '2026-03-01T23:30:00Z', now)).toBe('오늘 오전 8:30');
    expect(moment(ko, '2026-03-01T03:30:00Z', now)).toBe('2026. 3. 1.');
  });
  it('today is the date where the reader is', () => {
    expect(todayIn('Asia/Seoul', Date.parse('2026-11-23T16:00:00Z'))).toBe('2026-11-24');
    expect(todayIn('America/New_York', Date.parse('2026-11-23T16:00:00Z'))).toBe('2026-11-23');
  });
  it('counts days back and ahead', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    expect(daysSince('2026-11-20T13:00:00Z', now)).toBe(2);
    expect(daysUntil('2026-11-20', '2026-11-23')).toBe(-3);
    expect(relative(en, '2026-11-20T12:00:00Z', now)).toBe('3 days ago');
    expect(relative(ko, '2026-11-20T12:00:00Z', now)).toBe('3일 전');
  });
});

describe('names and shares', () => {
  it('Korean names put the family name first without a space', () => {
    expect(personName('민수', '김')).toBe('김민수');
    expect(personName('Ada', 'Lovelace')).toBe('Ada Lovelace');
    expect(personName(null, 'Lovelace')).toBe('Lovelace');
  });
  it('a round picture shows the given name of a Korean, else the first letters', () => {
    expect(['한서윤', 'Ada Lovelace', 'ada'].map(initials)).toEqual(['서윤', 'AL', 'A']);
  });
  it('a share of one is one hundred per cent', () => {
    expect(percent(en, 0.1234)).toBe('12.3%');
  });
});

it('a number for or against something has its sign', () => {
  expect([9.14, -2, 0].map((value) => signed(en, value))).toEqual(['+9.1', '−2.0', '0.0']);
});
