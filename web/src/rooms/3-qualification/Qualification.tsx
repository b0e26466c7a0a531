import type { Deal } from '@/api/model';
import { BantPanel } from './BantPanel';
import { DiscoveryTalks } from './cockpit/DiscoveryTalks';
import { CoverageMap } from './coverage/CoverageMap';
import { Decisions } from './decision/Decisions';
import { Findings } from './Findings';
import { Qualifiers } from './Qualifiers';
import { Talks } from './talk/Talks';

/** What was learned about goals and challenges, what was said in talks, and what BANT makes of it. */
export function Qualification({ deal }: { deal: Deal }) {
  return (
    <>
      <DiscoveryTalks dealId={deal.id} />
      <Findings deal={deal} />
      <Talks deal={deal} />
      <BantPanel deal={deal} />
      <CoverageMap dealId={deal.id} />
      <Qualifiers deal={deal} />
      <Decisions deal={deal} />
    </>
  );
}
