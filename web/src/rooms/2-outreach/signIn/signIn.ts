import { queryOptions } from '@tanstack/react-query';
import { api, Problem } from '@/api/http';
import type { Mailbox, Security, Server } from '../outreach';

export type ProviderKind = 'google' | 'microsoft' | 'custom';

/** Where members sign in to their mail accounts. */
export interface Provider {
  id: string;
  kind: ProviderKind;
  name: string;
  tenant: string | null;
  authorize_url: string;
  token_url: string;
  scopes: string;
  client_id: string;
  has_secret: boolean;
  smtp: Server;
  imap: Server;
  /** Mailboxes that sign in there. */
  mailboxes: number;
}

export interface Providers {
  /** The address to register at the provider. */
  redirect_url: string;
  providers: Provider[];
  known: Pick<Provider, 'kind' | 'name' | 'scopes' | 'smtp' | 'imap'>[];
}

export const providersQuery = queryOptions({
  queryKey: ['/sign-in-providers'],
  queryFn: () => api.get<Providers>('/sign-in-providers'),
});

export interface NewSignIn {
  provider_id: string;
  mailbox_id?: string;
  email?: string;
  from_name?: string;
}

/** Goes to the provider's page; the way back is `/mailboxes/signed-in`. */
export async function goToProvider(body: NewSignIn): Promise<void> {
  const { authorize_url } = await api.post<{ authorize_url: string }>('/mailbox-sign-ins', body);
  window.location.assign(authorize_url);
}

/** What the provider sent along. */
export interface SignInReturn {
  state: string;
  code?: string;
  error?: string;
  error_description?: string;
}

/** Read from the address as it is: a code of digits is no number. Null when nobody came from a provider. */
export function returnOf(search: string): SignInReturn | null {
  const all = new URLSearchParams(search);
  const state = all.get('state');
  if (!state) return null;
  const of = (key: string) => all.get(key) ?? undefined;
  return { state, code: of('code'), error: of('error'), error_description: of('error_description') };
}

export function finishQuery(back: SignInReturn) {
  return queryOptions({
    queryKey: ['/mailbox-sign-ins/finish', back.state],
    queryFn: () => api.post<Mailbox>('/mailbox-sign-ins/finish', back),
    // A state is taken once: what came of it stays.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnMount: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    meta: { quiet: true },
  });
}

/** Facts of a refusal that its sentence leaves out: the provider's own words, or the two accounts. */
export function wordsOf(error: unknown): string | null {
  if (!(error instanceof Problem)) return null;
  const facts = (error.body.facts ?? {}) as Record<string, unknown>;
  if (typeof facts.words === 'string') return `${facts.provider}: ${facts.words}`;
  return typeof facts.account === 'string' ? `${facts.account} ≠ ${facts.meant}` : null;
}

const securityOf = (port: number): Security => (port === 587 ? 'starttls' : 'tls');

export function firstValues(provider: Provider | null) {
  const server = (one: Server | undefined, port: number) => ({
    host: one?.host ?? '',
    port: one?.port ?? port,
    security: one?.security ?? securityOf(port),
  });
  return {
    client_id: provider?.client_id ?? '',
    client_secret: '',
    tenant: provider?.tenant === 'common' ? '' : (provider?.tenant ?? ''),
    name: provider?.name ?? '',
    authorize_url: provider?.authorize_url ?? '',
    token_url: provider?.token_url ?? '',
    scopes: provider?.scopes ?? 'openid email offline_access',
    smtp: server(provider?.smtp, 465),
    imap: server(provider?.imap, 993),
  };
}

/** What the server needs to hear: an empty secret keeps the one that is stored, known providers know the rest. */
export function bodyOf(kind: ProviderKind, values: ReturnType<typeof firstValues>) {
  const { client_id, client_secret, tenant, ...rest } = values;
  return {
    kind,
    client_id,
    ...(client_secret === '' ? {} : { client_secret }),
    ...(kind === 'microsoft' && tenant.trim() !== '' ? { tenant } : {}),
    ...(kind === 'custom' ? rest : {}),
  };
}

/** Kinds that can still be set up: Google and Microsoft once, others as often as one likes. */
export function kindsLeft(providers: Provider[]): ProviderKind[] {
  const taken = new Set(providers.map((one) => one.kind));
  return (['google', 'microsoft', 'custom'] as const).filter((kind) => kind === 'custom' || !taken.has(kind));
}
