/** One door to the server: headers, problem+json, and nothing about any particular room. */

export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** An answer of the server that says no (RFC 9457), or the lack of any answer (`code` "offline"). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: FieldProblem[];
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    super(String(body.detail ?? body.title ?? status));
    this.name = 'Problem';
    this.status = status;
    this.code = typeof body.code === 'string' ? body.code : 'unexpected';
    this.detail = typeof body.detail === 'string' ? body.detail : '';
    this.errors = Array.isArray(body.errors) ? (body.errors as FieldProblem[]) : [];
    this.body = body;
  }
}

const workspaceKey = 'sevenfold.workspace';

export function chosenWorkspace(): string | null {
  return localStorage.getItem(workspaceKey);
}

export function chooseWorkspace(id: string | null): void {
  if (id) localStorage.setItem(workspaceKey, id);
  else localStorage.removeItem(workspaceKey);
}

function headersFor(init: RequestInit): Headers {
  const headers = new Headers(init.headers);
  headers.set('Sevenfold-Request', '1');
  headers.set('Accept', 'application/json');
  const workspace = chosenWorkspace();
  if (workspace) headers.set('Sevenfold-Workspace', workspace);
  return headers;
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    return new Problem(response.status, JSON.parse(text) as Record<string, unknown>);
  } catch {
    return new Problem(response.status, { code: 'unexpected', detail: text.slice(0, 200) });
  }
}

async function answerOf(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers: headersFor(init), credentials: 'same-origin' });
  } catch {
    throw new Problem(0, { code: 'offline' });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Fetches `url` as JSON. Throws `Problem` for every answer of 400 and above. */
export async function http<T>(url: string, init: RequestInit = {}): Promise<T> {
  const response = await answerOf(url, init);
  if (response.status === 204) return undefined as T;
  const body = await response.text();
  return (body === '' ? undefined : JSON.parse(body)) as T;
}

const base = '/api/v1';

function withBody(method: string, body: unknown, headers?: HeadersInit): RequestInit {
  if (body === undefined) return { method, headers };
  if (body instanceof FormData) return { method, body, headers };
  return { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } };
}

/** Paths here are relative to `/api/v1`. */
export const api = {
  get: <T>(path: string, signal?: AbortSignal) => http<T>(base + path, { signal }),
  post: <T>(path: string, body?: unknown, revision?: number) =>
    http<T>(
      base + path,
      withBody('POST', body, {
        'Idempotency-Key': crypto.randomUUID(),
        ...(revision === undefined ? undefined : { 'If-Match': `"${revision}"` }),
      }),
    ),
  /** Asks for a file that is made anew each time, so that no key keeps it. */
  file: async (path: string, body: unknown) => (await answerOf(base + path, withBody('POST', body))).blob(),
  put: <T>(path: string, body?: unknown, revision?: number) =>
    http<T>(
      base + path,
      withBody('PUT', body, revision === undefined ? undefined : { 'If-Match': `"${revision}"` }),
    ),
  patch: <T>(path: string, body: unknown, revision?: number) =>
    http<T>(
      base + path,
      withBody('PATCH', body, revision === undefined ? undefined : { 'If-Match': `"${revision}"` }),
    ),
  delete: <T = void>(path: string) => http<T>(base + path, { method: 'DELETE' }),
  url: (path: string) => base + path,
};
