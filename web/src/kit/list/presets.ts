import type { Kind } from '@/api/model';

export interface Preset {
  key: 'no_next_action';
  where: string[];
}

/** Views that come with the product. A deal nobody plans to do anything about is how deals are lost. */
export const presets: Record<Kind, Preset[]> = {
  company: [],
  person: [],
  deal: [{ key: 'no_next_action', where: ['status.eq.open', 'next_action_on.empty'] }],
};
