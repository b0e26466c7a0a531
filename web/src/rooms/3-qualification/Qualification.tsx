import type { Deal } from '@/api/model';
import { BantPanel } from './BantPanel';
import { Findings } from './Findings';
import { Qualifiers } from './Qualifiers';

/** What was learned about goals and challenges, and what BANT makes of it. */
export function Qualification({ deal }: { deal: Deal }) {
  return (
    <>
      <Findings deal={deal} />
      <BantPanel deal={deal} />
      <Qualifiers deal={deal} />
    </>
  );
}
