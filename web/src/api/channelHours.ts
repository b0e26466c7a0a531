import { queryOptions } from '@tanstack/react-query';
import { api } from './http';

export type HourChannel = 'email' | 'phone';

/** An hour of the day on the clock of whom was touched. */
export interface HourChance {
  hour: number;
  /** Share of touches that bring a conversation or an appointment, with its 80 % interval. */
  p: number;
  low: number;
  high: number;
  /** How it compares with the mean before any touch: a product assumption. */
  factor: number;
  sends: number;
  usual: boolean;
}

/** A window that did better than the usual ones; it changes nothing by itself. */
export interface ProposedWindow {
  from: number;
  to: number;
  sends: number;
  p: number;
  usual_p: number;
  sure: number;
}

export interface SegmentHours {
  /** `A|KR|decides`; empty: the whole workspace. */
  segment: string;
  mean: number;
  sends: number;
  hours: HourChance[];
  proposal: ProposedWindow | null;
}

export interface ChannelHours {
  channel: HourChannel;
  segments: SegmentHours[];
  enough_sends: number;
  sure: number;
}

export function channelHoursQuery(channel: HourChannel) {
  return queryOptions({
    queryKey: ['/channel-advice', 'hours', channel],
    queryFn: ({ signal }) => api.get<ChannelHours>(`/channel-advice/hours?channel=${channel}`, signal),
    staleTime: 60_000,
  });
}
