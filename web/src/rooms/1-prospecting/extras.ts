import type { Kind } from '@/api/model';
import type { Extra } from '@/kit/list/extras';
import { ChannelCell } from './ChannelCell';
import { PersonFitCell, ReasonsCell } from './FitCell';

/** What prospecting adds to each list: whom it is worth talking to, why, and by which way (R7). */
export const prospectExtras: Record<Kind, Extra[]> = {
  company: [
    { key: 'fit_reasons', label: { en: 'Top reasons', ko: '주요 근거' }, width: 220, Cell: ReasonsCell },
  ],
  person: [
    {
      key: 'company_fit',
      label: { en: 'Fit and reasons', ko: '적합도와 근거' },
      width: 230,
      Cell: PersonFitCell,
    },
    { key: 'channel_advice', label: { en: 'Best channel', ko: '추천 채널' }, width: 165, Cell: ChannelCell },
  ],
  deal: [],
};
