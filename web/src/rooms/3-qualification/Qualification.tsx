import type { Deal } from '@/api/model';
import { BantPanel } from './BantPanel';
import { Talks } from './cockpit/Talks';
import { Decisions } from './decision/Decisions';
import { Findings } from './Findings';
import { Qualifiers } from './Qualifiers';
import { Talks } from './talk/Talks';

/** What was learned about goals and challenges, what was said in talks, and what BANT makes of it. */
export function Qualification({ deal }: { deal: Deal }) {
  return (
    <>
      <Talks dealId={deal.id} />
      <Findings deal={deal} />
      <Talks deal={deal} />
      <BantPanel deal={deal} />
      <Qualifiers deal={deal} />
      <Decisions deal={deal} />
    </>
  );
}
