import { describe, expect, it } from 'vitest';
import type { Deal, Task } from '@/api/model';
import { orderQueue } from './queue';

const now = Date.parse('2026-11-23T12:00:00Z');
const today = '2026-11-23';
const task = (id: string, more: Partial<Task>) =>
  ({ id, kind: 'todo', due_on: today, deal_id: null, ...more }) as Task;
const deal = (id: string, more: Partial<Deal>) =>
  ({ id, status: 'open', value: null, sla_due_at: null, ...more }) as Deal;
const order = (tasks: Task[], deals: Deal[] = []) =>
  orderQueue(tasks, deals, today, now).map((item) => item.task.id);

describe('the queue of the day', () => {
  it('puts an answer to a person first, then deals too long in their stage, then late tasks', () => {
    const tasks = [
      task('due', {}),
      task('late', { due_on: '2026-11-20' }),
      task('stuck', { deal_id: 'd' }),
      task('reply', { kind: 'reply' }),
    ];
    expect(order(tasks, [deal('d', { sla_due_at: '2026-11-22T00:00:00Z' })])).toEqual([
      'reply',
      'stuck',
      'late',
      'due',
    ]);
  });
  it('among equals the more valuable deal comes first', () => {
    const tasks = [task('small', { deal_id: 'a' }), task('big', { deal_id: 'b' })];
    const deals = [
      deal('a', { value: { minor: 100, currency: 'USD' } }),
      deal('b', { value: { minor: 900, currency: 'USD' } }),
    ];
    expect(order(tasks, deals)).toEqual(['big', 'small']);
  });
  it('shows one next step per deal, the earliest', () => {
    const tasks = [task('second', { deal_id: 'a' }), task('first', { deal_id: 'a', due_on: '2026-11-21' })];
    expect(order(tasks, [deal('a', {})])).toEqual(['first']);
  });
});
