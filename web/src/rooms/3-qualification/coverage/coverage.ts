/** The buying committee as a map: what people do in the purchase, and how they stand to us. */
import type { CommitteeMember, CommitteeRole } from '@/api/committee';

export const parts = ['decides', 'helps', 'uses', 'checks'] as const;
export type CoveragePart = (typeof parts)[number];

const roles: Record<CoveragePart, readonly CommitteeRole[]> = {
  decides: ['decision_maker', 'economic_buyer', 'approver'],
  helps: ['champion', 'influencer', 'assistant'],
  uses: ['user', 'technical'],
  checks: ['legal', 'procurement', 'blocker'],
};

export const stances = [-2, -1, 0, 1, 2] as const;

/** The people of one part of the map, each in the column of their stance; who left is on no map. */
export function placed(people: readonly CommitteeMember[], part: CoveragePart): CommitteeMember[][] {
  const here = people.filter(
    (one) =>
      !one.roles.includes('former') && one.roles.some((role) => roles[part].some((own) => own === role)),
  );
  return stances.map((stance) => here.filter((one) => (one.stance ?? 0) === stance));
}

/** Who is in the committee without any part in it yet. */
export function unplaced(people: readonly CommitteeMember[]): CommitteeMember[] {
  const all = parts.flatMap((part) => roles[part]) as string[];
  return people.filter(
    (one) => !one.roles.includes('former') && !one.roles.some((role) => all.includes(role)),
  );
}
