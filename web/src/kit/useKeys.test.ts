import { expect, it, vi } from 'vitest';
import { meaningOf } from './useKeys';

const press = (key: string, more = {}) => ({
  key,
  repeat: false,
  metaKey: false,
  ctrlKey: false,
  altKey: false,
  isComposing: false,
  defaultPrevented: false,
  ...more,
});

it('a key is answered once, however long it is held; only walking goes on', () => {
  const [m, j] = [vi.fn(), vi.fn()];
  const actions = { m, j, Escape: undefined };
  expect(meaningOf(actions, press('m'))).toBe(m);
  expect(meaningOf(actions, press('m', { repeat: true }))).toBe('held');
  expect(meaningOf(actions, press('j', { repeat: true }))).toBe(j);
});

it('what is not ours is left to others', () => {
  const actions = { m: vi.fn(), Escape: undefined };
  expect(meaningOf(actions, press('x'))).toBeNull();
  expect(meaningOf(actions, press('Escape'))).toBeNull();
  for (const held of ['metaKey', 'ctrlKey', 'altKey', 'isComposing', 'defaultPrevented']) {
    expect(meaningOf(actions, press('m', { [held]: true })), held).toBeNull();
  }
});
