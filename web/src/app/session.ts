import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, chooseWorkspace, chosenWorkspace, Problem } from '@/api/http';
import type { Me, Role } from '@/api/model';

export const setupQuery = queryOptions({
  queryKey: ['/setup'],
  queryFn: () => api.get<{ first_run: boolean; version: string; has_sample_data: boolean }>('/setup'),
  staleTime: Number.POSITIVE_INFINITY,
});

/** A workspace chosen earlier may be gone, or left; then the first one there is counts. */
export async function readMe(): Promise<Me> {
  try {
    return await api.get<Me>('/me');
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404 || !chosenWorkspace()) throw error;
    chooseWorkspace(null);
    return api.get<Me>('/me');
  }
}

export const meQuery = queryOptions({
  queryKey: ['/me'],
  queryFn: readMe,
  staleTime: 5 * 60_000,
  retry: false,
});

/** Who is signed in; undefined on the pages before sign-in. */
export function useMe(): Me | undefined {
  return useQuery({ ...meQuery, enabled: false }).data;
}

const rank: Record<Role, number> = { owner: 4, admin: 3, manager: 2, rep: 1, read_only: 0 };

export function useCan(atLeast: Role): boolean {
  const me = useMe();
  return me ? rank[me.role] >= rank[atLeast] : false;
}

export function useSignOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await api.post('/sign-out');
    chooseWorkspace(null);
    client.clear();
    await navigate({ to: '/sign-in', search: {} });
  };
}

/** Everything on screen belongs to the workspace left behind, so the page starts over. */
export function switchWorkspace(id: string): void {
  chooseWorkspace(id);
  window.location.assign('/today');
}

/** The address of a file to fetch by link. A link sends no headers, so it names the workspace itself when there is a choice. */
export function fileAddress(path: string, me: Me | undefined): string {
  if (!me || me.memberships.length < 2) return api.url(path);
  return api.url(`${path}${path.includes('?') ? '&' : '?'}workspace=${me.workspace.id}`);
}
