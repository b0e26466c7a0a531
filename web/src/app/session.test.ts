import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { chooseWorkspace, chosenWorkspace } from '@/api/http';
import type { Me } from '@/api/model';
import { fileAddress, readMe } from './session';

const member = (id: string) => ({ workspace_id: id, workspace_name: id, role: 'rep' as const });
const me = (...ids: string[]) => ({ workspace: { id: ids[0] }, memberships: ids.map(member) }) as Me;

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});

afterEach(() => vi.unstubAllGlobals());

/** A server that knows only the workspace `known` and takes it when none is named. */
function serve(known: string) {
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    const asked = new Headers(init.headers).get('Sevenfold-Workspace');
    const gone = asked !== null && asked !== known;
    return new Response(JSON.stringify(gone ? { code: 'not_found' } : me(known)), {
      status: gone ? 404 : 200,
    });
  });
}

it('a_workspace_that_is_gone_is_forgotten_and_the_first_one_opened', async () => {
  serve('here');
  chooseWorkspace('gone');
  expect((await readMe()).workspace.id).toBe('here');
  expect(chosenWorkspace()).toBeNull();
});

it('a_workspace_that_is_there_stays_chosen', async () => {
  serve('here');
  chooseWorkspace('here');
  await readMe();
  expect(chosenWorkspace()).toBe('here');
});

it('a_file_names_its_workspace_only_when_there_are_several', () => {
  expect(fileAddress('/imports/1/refused.csv', me('a'))).toBe('/api/v1/imports/1/refused.csv');
  expect(fileAddress('/imports/1/refused.csv', me('a', 'b'))).toBe(
    '/api/v1/imports/1/refused.csv?workspace=a',
  );
  expect(fileAddress('/companies/export?format=csv', me('a', 'b'))).toBe(
    '/api/v1/companies/export?format=csv&workspace=a',
  );
});
