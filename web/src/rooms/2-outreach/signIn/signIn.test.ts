import { describe, expect, it } from 'vitest';
import { Problem } from '@/api/http';
import { bodyOf, firstValues, kindsLeft, type Provider, returnOf, wordsOf } from './signIn';

const provider = (kind: Provider['kind']) => ({ kind, has_secret: true }) as Provider;

describe('signing in to a mailbox', () => {
  it('reads what the provider sent along as it is', () => {
    expect(returnOf('?code=4%2F0Ab&state=s')).toEqual({ state: 's', code: '4/0Ab' });
    expect(returnOf('?state=s&code=12345678901234567890')?.code).toBe('12345678901234567890');
    expect(returnOf('?state=s&error=access_denied&error_description=No%20thanks')).toEqual({
      state: 's',
      code: undefined,
      error: 'access_denied',
      error_description: 'No thanks',
    });
    expect(returnOf('')).toBeNull();
    expect(returnOf('?code=x')).toBeNull();
  });

  it('says what the provider said, and which accounts do not match', () => {
    const of = (facts: unknown) => wordsOf(new Problem(409, { code: 'x', facts }));
    expect(of({ provider: 'Google', words: 'access_denied' })).toBe('Google: access_denied');
    expect(of({ account: 'a@x.test', meant: 'b@x.test' })).toBe('a@x.test ≠ b@x.test');
    expect(of(undefined)).toBeNull();
    expect(wordsOf(new Error('no'))).toBeNull();
  });

  it('sends of a known provider only what it asks for, and no empty secret', () => {
    const values = { ...firstValues(null), client_id: 'id', tenant: ' ' };
    expect(bodyOf('google', values)).toEqual({ kind: 'google', client_id: 'id' });
    expect(bodyOf('microsoft', values)).toEqual({ kind: 'microsoft', client_id: 'id' });
    expect(bodyOf('microsoft', { ...values, tenant: 'ours', client_secret: 's' })).toEqual({
      kind: 'microsoft',
      client_id: 'id',
      client_secret: 's',
      tenant: 'ours',
    });
    expect(bodyOf('custom', values)).toMatchObject({
      smtp: { port: 465, security: 'tls' },
      imap: { port: 993, security: 'tls' },
      scopes: 'openid email offline_access',
    });
    expect(firstValues({ ...provider('microsoft'), tenant: 'common' }).tenant).toBe('');
  });

  it('sets Google and Microsoft up once', () => {
    expect(kindsLeft([])).toEqual(['google', 'microsoft', 'custom']);
    expect(kindsLeft([provider('google'), provider('custom')])).toEqual(['microsoft', 'custom']);
  });
});
