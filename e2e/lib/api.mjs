// The HTTP API with a cookie of its own, for filling workspaces and for looking at what the screen cannot show.

export class Api {
  constructor(url) {
    this.url = url;
    this.cookie = '';
  }

  /** Creates the owner of an empty installation and signs in. */
  async setUp(more = {}) {
    const body = {
      name: 'Alex Stone',
      email: 'owner@sevenfold.test',
      password: 'a long enough password',
      workspace_name: 'Stone & Co',
      locale: 'en',
      time_zone: 'UTC',
      country: 'US',
      currency: 'USD',
      start: 'empty',
      ...more,
    };
    this.me = await this.post('/setup', body);
    return this.me;
  }

  async #send(method, path, body) {
    const headers = { 'Sevenfold-Request': '1', Cookie: this.cookie };
    if (body !== undefined && !(body instanceof FormData)) headers['Content-Type'] = 'application/json';
    const sent = body === undefined || body instanceof FormData ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: sent });
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
    if (cookies.length > 0) this.cookie = cookies.join('; ');
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  get(path) {
    return this.#send('GET', path);
  }

  post(path, body = {}) {
    return this.#send('POST', path, body);
  }

  put(path, body) {
    return this.#send('PUT', path, body);
  }

  patch(path, body) {
    return this.#send('PATCH', path, body);
  }
}
