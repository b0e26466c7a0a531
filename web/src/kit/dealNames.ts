import type { Deal } from '@/api/model';

interface DealNames {
  /** The company, when it is worth a line of its own. */
  company: string | null;
  /** What is left of the deal's name without its company; never empty. */
  own: string;
}

/** Most deals are named after their company. Where both are shown, neither is said twice. */
export function dealNames(deal: Pick<Deal, 'name' | 'company_name'>): DealNames {
  const company = deal.company_name;
  if (!company || company === deal.name) return { company: null, own: deal.name };
  if (!deal.name.startsWith(company)) return { company, own: deal.name };
  const rest = deal.name.slice(company.length).replace(/^[\s·:,/–-]+/, '');
  return rest === '' ? { company: null, own: deal.name } : { company, own: rest };
}
