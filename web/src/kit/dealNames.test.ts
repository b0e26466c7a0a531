import { expect, it } from 'vitest';
import { dealNames } from './dealNames';

it('the company is not said twice', () => {
  expect(dealNames({ name: 'Acme · Team plan', company_name: 'Acme' })).toEqual({
    company: 'Acme',
    own: 'Team plan',
  });
  expect(dealNames({ name: '한빛정밀 - 일정 관리', company_name: '한빛정밀' }).own).toBe('일정 관리');
});

it('a deal named otherwise keeps its name', () => {
  expect(dealNames({ name: 'Team plan', company_name: 'Acme' })).toEqual({
    company: 'Acme',
    own: 'Team plan',
  });
  expect(dealNames({ name: 'Acme', company_name: 'Acme' })).toEqual({ company: null, own: 'Acme' });
  expect(dealNames({ name: 'Team plan', company_name: null })).toEqual({ company: null, own: 'Team plan' });
});
