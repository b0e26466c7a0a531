// Every page that somebody without an account sees: quick on a phone, light, open to everybody, and whole without scripts.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { launch } from './lib/browser.mjs';
import { measure } from './lib/lighthouse.mjs';
import { codeFor, headersOf } from './lib/mail.mjs';
import { MailHost } from './lib/mail-host.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';

const pictures = path.join(out, 'public');
const least = 95;
const mostBytes = 150 * 1024;
const secret = 'Zirkonia';
const ours = 'alex@stone.test';
const theirs = 'claire@betasoloin.test';
const at = {};
const soon = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.mail = await MailHost.start({ [ours]: 'ours', [theirs]: 'theirs' });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp();
  at.browser = await launch();
  at.pages = await pagesOf(at.api);
});

after(cleanUp);

/** A page of each kind, in a workspace that knows other people too, who have a deal, an offer and a plan as well. */
async function pagesOf(api) {
  const server = (port) => ({ host: '127.0.0.1', port, security: 'none', username: ours, password: 'ours' });
  const { smtp_port, imap_port } = at.mail.ports;
  const mailbox = await api.post('/mailboxes', {
    email: ours,
    from_name: 'Alex Stone',
    smtp: server(smtp_port),
    imap: server(imap_port),
    gap_seconds: 0,
  });
  await dealWith(api, { company: secret, name: `Ada ${secret}`, email: 'ada@zirkonia.test' });
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
  const { deal, person, offer, plan } = await dealWith(api, { company: 'Betasoloin', name: 'Claire Moreau', email: theirs });
  const questions = await api.post(`/deals/${deal}/question-forms`, { template: 'plain', person_id: person });
  return {
    form: form.page_url,
    booking: `${at.server.url}/m/${kind.token}`,
    questions: questions.page_url,
    offer,
    plan,
    unsubscribe: await wayOut(api, mailbox.id, { person_id: person, deal_id: deal }),
  };
}

/** Somebody with a deal, the links of its offer and of its plan. */
async function dealWith(api, { company: name, name: who, email }) {
  const company = await api.post('/companies', { name, country: 'US' });
  const person = await api.post('/people', { name: who, email, company_id: company.id, country: 'US' });
  const deal = await api.post('/deals', { name, company_id: company.id });
  const path = `/deals/${deal.id}`;
  await api.put(`${path}/people/${person.id}`, { roles: ['decision_maker'] });
  const line = { text: `Planning for ${name}`, unit_minor: 90_000, quantity: '12', period: 'monthly', tax: { kind: 'rate', bp: 1000 } };
  const training = { text: 'Training on site', unit_minor: 120_000, mandatory: false, tax: { kind: 'rate', bp: 1000 } };
  const made = await api.post(`${path}/offers`, {
    title: `Planning for ${name}`,
    locale: 'en',
    currency: 'USD',
    packages: [{ name: 'Lean', lines: [line] }, { name: 'Whole', recommended: true, lines: [line, training] }],
    sections: [{ title: 'What we heard', body: 'Shifts are planned **by hand**, two days a week.' }],
  });
  await api.post(`${path}/offers/${made.id}/send`, { sent_to: [person.id], override_reason: 'They asked for it' });
  const page = await api.put(`${path}/offers/${made.id}/page`, {});
  await api.put(`${path}/closing-plan`, {
    results: [{ what: `Time to plan a week at ${name}`, number: '5 hours less', source: 'Workshop in October' }],
    steps: [
      { what: 'Send the contract', who: 'Alex Stone', side: 'us', due_on: soon(10), done: false },
      { what: 'Name the project lead', who, side: 'them', due_on: soon(12), done: false },
    ],
    open_questions: [{ question: 'Who trains the night shift?' }],
    documents: [{ title: 'How we start', url: 'https://stone.test/start' }],
    start_date: soon(30),
  });
  const plan = await api.post(`${path}/closing-plan/page`, {});
  return { deal: deal.id, person: person.id, offer: page.links[0].url, plan: plan.page_url };
}

/** Where a mail of a sequence says that one can have no more of them. */
async function wayOut(api, mailbox_id, whom) {
  const found = ['what_they_do', 'trigger', 'likely_buyer'].map((kind) => ({ kind, text: 'They plan by hand', source: 'Their site' }));
  await api.put(`/deals/${whom.deal_id}/research`, { items: found });
  const steps = [{ subject: 'A question about planning', body: 'Hello {{ person.given_name }},\n\nhow do you plan?\n\nAlex' }];
  const sequence = await api.post('/sequences', { name: 'First', goal: 'conversation', mailbox_id, windows: { always: true }, steps });
  await api.post(`/sequences/${sequence.id}/activate`);
  const { refused } = await api.post(`/sequences/${sequence.id}/enrol`, { people: [whom], why_them: 'They plan by hand.' });
  assert.deepEqual(refused, []);
  const [mail] = await at.mail.wait(theirs, 1, 60);
  return headersOf(mail)['list-unsubscribe'].match(/<(http[^>]+)>/)[1];
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
      assert.ok((await page.locator('main').innerText()).length > 40, `${name} says something`);
      await page.screenshot({ path: path.join(pictures, `${name}-${locale}.png`), fullPage: true });
      await context.close();
    }
  }
});

test('an offer is asked about and accepted without scripts', async () => {
  const context = await at.browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(at.pages.offer);
  await page.getByLabel('Lean').check({ force: true });
  await page.getByRole('button', { name: 'Update the sums' }).click();
  await page.locator('#packages summary').click();
  await page.locator('#packages textarea').fill('Can we begin in spring?');
  await page.locator('#packages').getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByText('Thank you. We have it, and will answer.').waitFor();
  await page.locator('blockquote').getByText('Can we begin in spring?').waitFor();
  assert.ok(await page.getByLabel('Lean').isChecked(), 'what was chosen outlives a question');
  await page.getByLabel('Your name').fill('Claire Moreau');
  await page.locator('input[name="consent"]').check();
  await page.getByRole('button', { name: 'Accept this offer' }).click();
  await page.getByLabel(/The code we sent/).fill('000000');
  await page.getByRole('button', { name: 'Accept now' }).click();
  await page.getByText('This is not the newest code, or it is older than 15 minutes.').waitFor();
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Claire Moreau', 'a wrong code takes nothing away');
  await page.getByLabel(/The code we sent/).fill(await codeFor(at.mail, theirs));
  await page.screenshot({ path: path.join(pictures, 'offer-code.png'), fullPage: true });
  await page.getByRole('button', { name: 'Accept now' }).click();
  await page.getByRole('heading', { name: 'Accepted. Thank you.' }).waitFor();
  await page.getByText('Lean', { exact: true }).waitFor();
  await page.screenshot({ path: path.join(pictures, 'offer-receipt.png'), fullPage: true });
  await context.close();
});
