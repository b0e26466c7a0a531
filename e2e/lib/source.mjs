// A service that knows companies, on a real port of this machine.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { atEnd } from './place.mjs';

export const home = `<html lang="ko"><head><title>Hanbit</title><meta name="description" content="Scheduling for clinics">
<meta name="generator" content="WordPress 6.8"><script type="application/ld+json">{"@type":"Organization",
"legalName":"Hanbit Soft Inc.","telephone":"+82 2 555 0100","address":{"addressCountry":"KR","addressLocality":"Seoul"}}</script></head></html>`;

export class DataService {
  calls = 0;

  static async start(companies) {
    const service = new DataService();
    service.companies = companies;
    service.http = createServer((request, response) => service.answer(request, response)).listen(0, '127.0.0.1');
    await once(service.http, 'listening');
    atEnd(() => service.http.close());
    service.url = `http://127.0.0.1:${service.http.address().port}`;
    return service;
  }

  answer(request, response) {
    const { pathname } = new URL(request.url, this.url);
    if (pathname === '/') return response.writeHead(200, { 'Content-Type': 'text/html' }).end(home);
    this.calls += 1;
    if (request.headers.authorization !== 'Bearer s3cret') return response.writeHead(401).end('who are you?');
    const known = this.companies[decodeURIComponent(pathname.split('/').at(-1))];
    if (!known) return response.writeHead(404).end();
    return response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(known));
  }

  /** The source as an administrator would set it up. */
  content(more = {}) {
    return {
      name: 'Acme Data',
      enabled: true,
      source: 'http',
      on: 'company',
      request: {
        method: 'GET',
        url: `${this.url}/companies/{{ domain }}`,
        headers: [{ name: 'Authorization', value: 'Bearer {{ secret.key }}' }],
      },
      mapping: [
        { from: '/size', to: 'employees', transform: 'number', confidence: 0.8 },
        { from: '/sector', to: 'industry', confidence: 0.9 },
        { from: '/place/city', to: 'city', confidence: 0.9 },
        { from: '/stack', to: 'extra.technologies', transform: 'list', confidence: 0.7 },
      ],
      quota: { per_day: 3, per_month: 100, spacing_ms: 0 },
      ...more,
    };
  }
}
