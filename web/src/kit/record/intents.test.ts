import { expect, it } from 'vitest';
import { messages as en } from '@/i18n/en';
import { messages as ko } from '@/i18n/ko';
import { confidenceOf, intentOf, intents, keyOf } from './intents';

it('every intent has one key of its own, and a name in both languages', () => {
  const keys = intents.map(keyOf);
  expect(new Set(keys).size).toBe(intents.length);
  expect(keys.map(intentOf)).toEqual(intents);
  expect(intentOf('x')).toBeUndefined();
  expect(Object.keys(en.kit.intent.name)).toEqual(intents);
  expect(Object.keys(ko.kit.intent.name)).toEqual(intents);
});

it('a reading says how sure it is, one from before there was a measure does not', () => {
  const read = [{ intent: 'meeting', confidence: 0.91 }, { intent: 'question', confidence: null }, 'other'];
  expect(confidenceOf(read, 'meeting')).toBe(0.91);
  expect(confidenceOf(read, 'question')).toBeNull();
  expect(confidenceOf(read, 'other')).toBeNull();
  expect(confidenceOf(undefined, 'meeting')).toBeNull();
});
