import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './http';

/** What somebody can be to a purchase. */
export const committeeRoles = [
  'economic_buyer',
  'decision_maker',
  'approver',
  'champion',
  'influencer',
  'user',
  'technical',
  'legal',
  'procurement',
  'assistant',
  'blocker',
  'former',
] as const;
export type CommitteeRole = (typeof committeeRoles)[number];

/** Somebody's place in the buying committee of a deal. */
export interface Place {
  roles: string[];
  /** From -2, against us, to 2, for us. */
  stance: number | null;
  /** How we know of the roles. */
  evidence: string | null;
}

export interface CommitteeMember extends Place {
  person_id: string;
  name: string;
  title: string | null;
  email: string | null;
}

const nowhere: Place = { roles: [], stance: null, evidence: null };
const keyOf = (dealId: string) => ['/deals', 'people', dealId];

export function useCommittee(dealId: string) {
  return useQuery({
    queryKey: keyOf(dealId),
    queryFn: () => api.get<CommitteeMember[]>(`/deals/${dealId}/people`),
  });
}

const decides = 'decision_maker';

/** Those held to decide without anything that shows it: the gate does not count them. */
export function useUnproven(dealId: string): string[] {
  const { data: people } = useCommittee(dealId);
  const silent = (people ?? []).filter((one) => one.roles.includes(decides) && !one.evidence?.trim());
  const proofs = useQuery({
    queryKey: ['/deals', 'role-proofs', dealId],
    queryFn: () => api.get<{ person_id: string; role: string }[]>(`/deals/${dealId}/role-proofs`),
    enabled: silent.length > 0,
  });
  const proved = (id: string) => proofs.data?.some((one) => one.person_id === id && one.role === decides);
  return silent.map((one) => one.person_id).filter((id) => proofs.isSuccess && !proved(id));
}

/** Puts somebody into the committee, changes their place, or takes them out; one change after the other. */
export function useCommitteeWrite(dealId: string) {
  const client = useQueryClient();
  const people = () => client.getQueryData<CommitteeMember[]>(keyOf(dealId)) ?? [];
  const after = () => client.invalidateQueries({ queryKey: ['/deals'] });
  const scope = { id: `committee ${dealId}` };
  const place = useMutation({
    scope,
    onMutate: ({ id, changes }: { id: string; changes: Partial<Place> }) => {
      const next = people().map((one) => (one.person_id === id ? { ...one, ...changes } : one));
      client.setQueryData(keyOf(dealId), next);
    },
    // The server takes a place whole, so a change is put on top of what is known when its turn comes.
    mutationFn: ({ id, changes }) => {
      const now = people().find((one) => one.person_id === id);
      const { roles, stance, evidence } = { ...(now ?? nowhere), ...changes };
      return api.put(`/deals/${dealId}/people/${id}`, { roles, stance, evidence });
    },
    onSettled: after,
  });
  const remove = useMutation({
    scope,
    mutationFn: (id: string) => api.delete(`/deals/${dealId}/people/${id}`),
    onSettled: after,
  });
  return { place, remove };
}
