import { expect, it } from 'vitest';
import type { Consent } from '@/api/generated/model';
import { newestLike } from './consents';

const said = { kind: 'consent', how: ' At a fair', wording: 'Yes, write to me.' } as const;
const consent = (id: string, more: Partial<Consent> = {}): Consent => ({
  id,
  person_id: 'p',
  kind: 'consent',
  how: 'At a fair',
  wording: 'Yes, write to me.',
  given_at: '2026-11-01T00:00:00Z',
  created_at: '2026-11-02T00:00:00Z',
  ...more,
});

it('what was just put on record is the newest that lasts and says the same', () => {
  const all = [
    consent('before'),
    consent('now', { created_at: '2026-11-20T08:00:00Z' }),
    consent('gone', { created_at: '2026-11-21T08:00:00Z', withdrawn_at: '2026-11-21T09:00:00Z' }),
    consent('other words', { created_at: '2026-11-22T08:00:00Z', wording: 'No' }),
    consent('other kind', { created_at: '2026-11-22T08:00:00Z', kind: 'not_advertising' }),
  ];
  expect(newestLike(all, said)?.id).toBe('now');
  expect(newestLike(all.slice(2), said)).toBeUndefined();
});
