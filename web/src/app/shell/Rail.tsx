import { AppShell, ScrollArea } from '@mantine/core';
import {
  IconAdjustments,
  IconChartHistogram,
  IconInbox,
  IconPhone,
  IconRoute,
  IconSun,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cycleQuery } from '@/api/cycle';
import { type StageKey, stageKeys } from '@/api/model';
import { useFormat } from '@/kit/format';
import { StageDot } from '@/kit/StageDot';
import { queueQuery } from '@/rooms/calls/calls';
import { countsQuery } from '@/rooms/inbox/inbox';
import classes from './Rail.module.css';
import { RecordLinks } from './RecordLinks';

/** The room whose tool is open on a page of its own. */
function roomOf(path: string): StageKey | null {
  if (path.startsWith('/icp/') || path === '/duplicates') return 'prospecting';
  return path.startsWith('/sequences/') ? 'outreach' : null;
}

/** The map of the whole system: read from top to bottom it tells how the team sells. */
export function Rail() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: columns } = useQuery(cycleQuery());
  const toolOf = useRouterState({ select: (state) => roomOf(state.location.pathname) });
  return (
    <AppShell.Navbar aria-label={t('app.nav.main')}>
      <ScrollArea className={classes.scroll} type="hover">
        <Place to="/today" icon={<IconSun size={16} stroke={1.7} />}>
          {t('app.nav.today')}
        </Place>
        <Inbox />
        <Calls />
        <div className={classes.phone}>
          <RecordLinks />
        </div>
        <div className={classes.rooms}>
          {stageKeys.map((stage, index) => {
            const count = columns?.find((column) => column.stage === stage)?.count;
            return (
              <Link
                key={stage}
                to="/rooms/$stage"
                params={{ stage }}
                search={{}}
                activeOptions={{ includeSearch: false }}
                className={classes.place}
                activeProps={{ 'data-active': true }}
                data-active={stage === toolOf || undefined}
              >
                <StageDot stage={stage} />
                <span className={classes.number}>{index + 1}</span>
                <span className={classes.label}>{t(`stage.${stage}.name`)}</span>
                {count !== undefined && count > 0 && (
                  <span className={classes.count}>
                    <span className={classes.hidden}>{t('app.nav.open_work', { count })}</span>
                    <span aria-hidden>{format.number(count)}</span>
                  </span>
                )}
              </Link>
            );
          })}
        </div>
        <Place to="/process" icon={<IconRoute size={16} stroke={1.7} />}>
          {t('app.nav.process')}
        </Place>
        <Place to="/insight" icon={<IconChartHistogram size={16} stroke={1.7} />}>
          {t('app.nav.insight')}
        </Place>
        <Place to="/settings" icon={<IconAdjustments size={16} stroke={1.7} />}>
          {t('app.nav.settings')}
        </Place>
      </ScrollArea>
    </AppShell.Navbar>
  );
}

type PlacePath = '/today' | '/inbox' | '/calls' | '/process' | '/insight' | '/settings';

/** Conversations that wait for the reader, and those of nobody. */
function Inbox() {
  const { t } = useTranslation();
  const { data } = useQuery(countsQuery);
  const count = data ? data.mine + data.unassigned : 0;
  return (
    <Place to="/inbox" icon={<IconInbox size={16} stroke={1.7} />} aside={<Waiting count={count} />}>
      {t('app.nav.inbox')}
    </Place>
  );
}

/** Calls that are due. */
function Calls() {
  const { t } = useTranslation();
  const count = useQuery(queueQuery).data?.length ?? 0;
  return (
    <Place to="/calls" icon={<IconPhone size={16} stroke={1.7} />} aside={<Waiting count={count} />}>
      {t('app.nav.calls')}
    </Place>
  );
}

function Waiting({ count }: { count: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (count === 0) return null;
  return (
    <span className={classes.count}>
      <span className={classes.hidden}>{t('app.nav.waiting', { count })}</span>
      <span aria-hidden>{format.number(count)}</span>
    </span>
  );
}

interface PlaceProps {
  to: PlacePath;
  icon: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}

function Place({ to, icon, aside, children }: PlaceProps) {
  return (
    <Link
      to={to}
      className={classes.place}
      activeProps={{ 'data-active': true }}
      activeOptions={{ includeSearch: false }}
    >
      <span className={classes.icon}>{icon}</span>
      <span className={classes.label}>{children}</span>
      {aside}
    </Link>
  );
}
