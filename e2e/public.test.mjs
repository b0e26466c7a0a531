// Every page that somebody without an account sees: quick on a phone, light, open to everybody, and whole without scripts.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { launch } from './lib/browser.mjs';
import { measure } from './lib/lighthouse.mjs';
import { MailHost } from './lib/mail-host.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';

const pictures = path.join(out, 'public');
const least = 95;
const mostBytes = 150 * 1024;
const secret = 'Zirkonia';
const ours = 'alex@stone.test';
const at = {};

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.mail = await MailHost.start({ [ours]: 'ours' });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp();
  at.browser = await launch();
  at.pages = await pagesOf(at.api);
});

after(cleanUp);

/** A page of each kind, in a workspace that knows other people too. */
async function pagesOf(api) {
  await api.post('/companies', { name: secret });
  await api.post('/people', { name: `Ada ${secret}`, email: 'ada@zirkonia.test' });
  const server = (port) => ({ host: '127.0.0.1', port, security: 'none', username: ours, password: 'ours' });
  const { smtp_port, imap_port } = at.mail.ports;
  await api.post('/mailboxes', { email: ours, from_name: 'Alex Stone', smtp: server(smtp_port), imap: server(imap_port) });
  const label = (en, ko) => ({ en, ko });
  const form = await api.post('/lead-forms', {
    name: 'Contact',
    texts: {
      title: label('Talk to us', '문의하기'),
      intro: label('We answer within a day.', '하루 안에 답합니다.'),
      button: label('Send', '보내기'),
      thanks: label('Thank you', '감사합니다'),
    },
    fields: [{ field: 'person.name' }, { field: 'person.email', required: true }, { field: 'message' }],
    active: true,
  });
  const kind = await api.post('/meeting-kinds', { name: 'First talk', minutes: 30, place_kind: 'video', place: 'https://meet.stone.test/a', active: true });
  const company = await api.post('/companies', { name: 'Betasoloin' });
  const person = await api.post('/people', { name: 'Claire Moreau', email: 'claire@betasoloin.test', company_id: company.id });
  const deal = await api.post('/deals', { name: 'Betasoloin', company_id: company.id });
  await api.put(`/deals/${deal.id}/people/${person.id}`, { roles: ['user'] });
  const questions = await api.post(`/deals/${deal.id}/question-forms`, { template: 'plain', person_id: person.id });
  return {
    form: form.page_url,
    booking: `${at.server.url}/m/${kind.token}`,
    questions: questions.page_url,
  };
}

test('pages for guests score 95 at least, weigh under 150 KB, and tell nothing of others', { timeout: 300_000 }, async () => {
  for (const [name, url] of Object.entries(at.pages)) {
    const said = await measure(url);
    console.log(name, JSON.stringify(said));
    assert.ok(said.performance >= least, `${name}: performance ${said.performance}`);
    assert.ok(said.accessibility >= least, `${name}: accessibility ${said.accessibility}, ${said.faults}`);
    assert.ok(said.bytes < mostBytes, `${name}: ${said.bytes} bytes`);
    const text = await (await fetch(url)).text();
    assert.ok(!text.includes(secret), `${name} tells of ${secret}`);
  }
});

test('pages for guests can be read without scripts, on a phone', async () => {
  for (const [name, url] of Object.entries(at.pages)) {
    for (const locale of ['en-US', 'ko-KR']) {
      const context = await at.browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 }, locale });
      const page = await context.newPage();
      const answer = await page.goto(url);
      assert.equal(answer.status(), 200, name);
      await page.locator('h1').first().waitFor();
      assert.ok((await page.locator('main').first().innerText()).length > 40, `${name} says something`);
      await page.screenshot({ path: path.join(pictures, `${name}-${locale}.png`), fullPage: true });
      await context.close();
    }
  }
});
