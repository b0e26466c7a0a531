import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { Problem } from '@/api/http';
import { type Kind, type StageKey, stageKeys } from '@/api/model';
import { setLocale } from '@/i18n';
import type { MergeKind } from '@/kit/merge/compare';
import type { View } from '@/rooms/1-prospecting/duplicates';
import { readSearch } from '@/rooms/inbox/inbox';
import { queryClient } from './client';
import { BrokenPage, MissingPage } from './MissingPage';
import { meQuery, setupQuery } from './session';

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: MissingPage,
  errorComponent: BrokenPage,
});

/** Signed in, or sent to where one can be. */
async function guard(client: QueryClient, href: string) {
  try {
    const me = await client.ensureQueryData(meQuery);
    if (me.user.locale) await setLocale(me.user.locale);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    const setup = await client.fetchQuery({ ...setupQuery, staleTime: 0 });
    if (setup.first_run) throw redirect({ to: '/welcome' });
    throw redirect({ to: '/sign-in', search: href === '/' ? {} : { next: href } });
  }
}

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  beforeLoad: async ({ context }) => {
    const setup = await context.client.fetchQuery({ ...setupQuery, staleTime: 0 });
    if (!setup.first_run) throw redirect({ to: '/' });
  },
  component: lazyRouteComponent(() => import('./entry/WelcomePage'), 'WelcomePage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === 'string' && search.next.startsWith('/') && !search.next.startsWith('//')
      ? { next: search.next }
      : {},
  component: lazyRouteComponent(() => import('./entry/SignInPage'), 'SignInPage'),
});

const resetRequest = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('./entry/ResetPages'), 'ResetRequestPage'),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset/$token',
  component: lazyRouteComponent(() => import('./entry/ResetPages'), 'ResetPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation/$token',
  component: lazyRouteComponent(() => import('./entry/InvitationPage'), 'InvitationPage'),
});

const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  beforeLoad: ({ context, location }) => guard(context.client, location.href),
  component: lazyRouteComponent(() => import('./shell/Shell'), 'Shell'),
});

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/today' });
  },
});

const today = createRoute({
  getParentRoute: () => app,
  path: '/today',
  component: lazyRouteComponent(() => import('@/rooms/today/TodayPage'), 'TodayPage'),
});

const inbox = createRoute({
  getParentRoute: () => app,
  path: '/inbox',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('@/rooms/inbox/InboxPage'), 'InboxPage'),
});

const calls = createRoute({
  getParentRoute: () => app,
  path: '/calls',
  validateSearch: (search: Record<string, unknown>): { tab?: 'hours' } =>
    search.tab === 'hours' ? { tab: 'hours' } : {},
  component: lazyRouteComponent(() => import('@/rooms/calls/CallsPage'), 'CallsPage'),
});

const cockpit = createRoute({
  getParentRoute: () => app,
  path: '/cockpit/$id',
  component: lazyRouteComponent(() => import('@/rooms/3-qualification/cockpit/CockpitPage'), 'CockpitPage'),
});

const offerBuilder = createRoute({
  getParentRoute: () => app,
  path: '/deals/$id/offers/$offerId',
  component: lazyRouteComponent(() => import('@/rooms/5-offer/builder/BuilderPage'), 'BuilderPage'),
});

const priceBook = createRoute({
  getParentRoute: () => app,
  path: '/price-books/$id',
  component: lazyRouteComponent(() => import('@/rooms/5-offer/catalogue/BookPage'), 'BookPage'),
});

const framework = createRoute({
  getParentRoute: () => app,
  path: '/frameworks/$id',
  component: lazyRouteComponent(
    () => import('@/rooms/3-qualification/frameworks/FrameworkPage'),
    'FrameworkPage',
  ),
});

const cycle = createRoute({
  getParentRoute: () => app,
  path: '/cycle',
  validateSearch: (search: Record<string, unknown>): { owner?: string } =>
    typeof search.owner === 'string' && search.owner !== '' ? { owner: search.owner } : {},
  component: lazyRouteComponent(() => import('@/rooms/cycle/CyclePage'), 'CyclePage'),
});

export interface ListSearch {
  where?: string[];
  q?: string;
  sort?: string;
  view?: string;
}

function texts(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const only = value.filter((one): one is string => typeof one === 'string');
  return only.length > 0 ? only : undefined;
}

function listSearch(search: Record<string, unknown>): ListSearch {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  return { where: texts(search.where), q: text(search.q), sort: text(search.sort), view: text(search.view) };
}

function recordRoutes<P extends string>(path: P, kind: Kind) {
  const list = createRoute({
    getParentRoute: () => app,
    path,
    validateSearch: listSearch,
    staticData: { kind },
    component: lazyRouteComponent(() => import('@/rooms/records/RecordsPage'), 'RecordsPage'),
  });
  const record = createRoute({
    getParentRoute: () => list,
    path: '$id',
    staticData: { kind },
    component: lazyRouteComponent(() => import('@/rooms/records/RecordPage'), 'RecordPage'),
  });
  return list.addChildren([record]);
}

function isStage(value: string): value is StageKey {
  return (stageKeys as readonly string[]).includes(value);
}

const room = createRoute({
  getParentRoute: () => app,
  path: '/rooms/$stage',
  params: {
    parse: ({ stage }) => {
      if (!isStage(stage)) throw redirect({ to: '/today' });
      return { stage };
    },
    stringify: ({ stage }) => ({ stage }),
  },
  validateSearch: (search: Record<string, unknown>): ListSearch & { tab?: string } => ({
    ...listSearch(search),
    tab: typeof search.tab === 'string' ? search.tab : undefined,
  }),
  component: lazyRouteComponent(() => import('@/rooms/RoomPage'), 'RoomPage'),
});

const icp = createRoute({
  getParentRoute: () => app,
  path: '/icp/$id',
  component: lazyRouteComponent(() => import('@/rooms/1-prospecting/IcpEditorPage'), 'IcpEditorPage'),
});

const questionnaire = createRoute({
  getParentRoute: () => app,
  path: '/icp/$id/questions',
  component: lazyRouteComponent(() => import('@/rooms/1-prospecting/QuestionnairePage'), 'QuestionnairePage'),
});

const leadForm = createRoute({
  getParentRoute: () => app,
  path: '/lead-forms/$id',
  component: lazyRouteComponent(() => import('@/rooms/1-prospecting/LeadFormPage'), 'LeadFormPage'),
});

const enrichmentSource = createRoute({
  getParentRoute: () => app,
  path: '/enrichment-sources/$id',
  component: lazyRouteComponent(() => import('@/rooms/1-prospecting/SourcePage'), 'SourcePage'),
});

const learn = createRoute({
  getParentRoute: () => app,
  path: '/icp/learn',
  component: lazyRouteComponent(() => import('@/rooms/1-prospecting/LearnPage'), 'LearnPage'),
});

const duplicates = createRoute({
  getParentRoute: () => app,
  path: '/duplicates',
  validateSearch: (search: Record<string, unknown>): { kind?: MergeKind; view?: View } => ({
    kind: search.kind === 'person' ? 'person' : undefined,
    view: search.view === 'decided' ? 'decided' : undefined,
  }),
  component: lazyRouteComponent(() => import('@/rooms/1-prospecting/DuplicatesPage'), 'DuplicatesPage'),
});

const research = createRoute({
  getParentRoute: () => app,
  path: '/research',
  validateSearch: (search: Record<string, unknown>): { mine?: boolean } =>
    search.mine === true ? { mine: true } : {},
  component: lazyRouteComponent(() => import('@/rooms/research/ResearchPage'), 'ResearchQueuePage'),
});

const oneResearch = createRoute({
  getParentRoute: () => app,
  path: '/research/$id',
  component: lazyRouteComponent(() => import('@/rooms/research/ResearchPage'), 'ResearchCompanyPage'),
});

const territory = createRoute({
  getParentRoute: () => app,
  path: '/territories/$id',
  component: lazyRouteComponent(() => import('@/rooms/1-prospecting/TerritoryPage'), 'TerritoryPage'),
});

const sequence = createRoute({
  getParentRoute: () => app,
  path: '/sequences/$id',
  validateSearch: (search: Record<string, unknown>): { view?: 'map' } =>
    search.view === 'map' ? { view: 'map' } : {},
  component: lazyRouteComponent(() => import('@/rooms/2-outreach/SequencePage'), 'SequencePage'),
});

const talk = createRoute({
  getParentRoute: () => app,
  path: '/talks/$id',
  component: lazyRouteComponent(() => import('@/rooms/3-qualification/talk/TalkPage'), 'TalkPage'),
});

const talks = createRoute({
  getParentRoute: () => app,
  path: '/talks',
  validateSearch: (search: Record<string, unknown>): { who?: string } =>
    typeof search.who === 'string' ? { who: search.who } : {},
  component: lazyRouteComponent(() => import('@/rooms/3-qualification/talk/TalksPage'), 'TalksPage'),
});

const imports = createRoute({
  getParentRoute: () => app,
  path: '/imports',
  component: lazyRouteComponent(() => import('@/rooms/imports/ImportsPage'), 'ImportsPage'),
});

const oneImport = createRoute({
  getParentRoute: () => app,
  path: '/imports/$id',
  component: lazyRouteComponent(() => import('@/rooms/imports/ImportPage'), 'ImportPage'),
});

const process = createRoute({
  getParentRoute: () => app,
  path: '/process',
  component: lazyRouteComponent(() => import('@/rooms/process/ProcessPage'), 'ProcessPage'),
});

const insight = createRoute({
  getParentRoute: () => app,
  path: '/insight',
  validateSearch: (search: Record<string, unknown>) => {
    const text = (key: string) => (typeof search[key] === 'string' ? (search[key] as string) : undefined);
    return { from: text('from'), to: text('to'), version: text('version'), view: text('view') };
  },
  component: lazyRouteComponent(() => import('@/rooms/insight/InsightPage'), 'InsightPage'),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  beforeLoad: ({ location }) => {
    if (location.pathname === '/settings')
      throw redirect({ to: '/settings/$section', params: { section: 'profile' } });
  },
});

const settingsSection = createRoute({
  getParentRoute: () => app,
  path: '/settings/$section',
  component: lazyRouteComponent(() => import('@/rooms/settings/SettingsPage'), 'SettingsPage'),
});

const signedIn = createRoute({
  getParentRoute: () => app,
  path: '/mailboxes/signed-in',
  component: lazyRouteComponent(() => import('@/rooms/2-outreach/signIn/SignedInPage'), 'SignedInPage'),
});

const tree = root.addChildren([
  welcome,
  signIn,
  resetRequest,
  reset,
  invitation,
  app.addChildren([
    home,
    today,
    inbox,
    calls,
    cockpit,
    framework,
    offerBuilder,
    priceBook,
    cycle,
    recordRoutes('/companies', 'company'),
    recordRoutes('/people', 'person'),
    recordRoutes('/deals', 'deal'),
    room,
    icp,
    questionnaire,
    leadForm,
    enrichmentSource,
    learn,
    duplicates,
    research,
    oneResearch,
    territory,
    sequence,
    talk,
    talks,
    imports,
    oneImport,
    process,
    insight,
    settings,
    settingsSection,
    signedIn,
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  context: { client: queryClient },
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    kind?: Kind;
  }
}
