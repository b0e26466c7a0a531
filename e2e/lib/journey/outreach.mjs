// A mailbox, a sequence of two mails, the first of them sent, and the answer that ends it.
import assert from 'node:assert/strict';
import { choose, field, fill, send } from '../forms.mjs';
import { answerTo, decoded, headersOf } from '../mail.mjs';
import { until } from '../wait.mjs';
import { dealName, person } from './deal.mjs';

export const ours = { email: 'alex@stone.test', password: 'mail password' };
export const accounts = { [ours.email]: ours.password, [person.email]: 'theirs' };
export const question = 'A question about Betasoloin';

/** Enters the mailbox in settings, tests it there, and sees each step answered. */
export async function connectMailbox(page, mail) {
  await page.goto('/settings/mailboxes');
  await page.getByRole('button', { name: 'Add mailbox' }).click();
  await fill(page, { 'E-mail': ours.email, 'Sender name': 'Alex Stone' });
  for (const [legend, port] of [
    ['Outgoing (SMTP)', mail.ports.smtp_port],
    ['Incoming (IMAP)', mail.ports.imap_port],
  ]) {
    const server = page.getByRole('group', { name: legend });
    await fill(server, { Server: '127.0.0.1', Port: String(port), 'User name': ours.email, Password: ours.password });
    await choose(page, server, 'Encryption', 'None');
  }
  const mailbox = await send(page, page, 'Save', { method: 'POST', path: /\/mailboxes$/ });
  const { steps } = await send(page, page, 'Test', { method: 'POST', path: /\/test$/ });
  assert.ok(steps.length >= 4, 'the test has its steps');
  for (const step of steps) assert.ok(step.ok, `${step.step}: ${step.detail}`);
  const shown = page.getByRole('status').filter({ has: page.getByLabel('met') });
  await until('every step to be shown as done', async () => (await shown.getByLabel('met').count()) === steps.length);
  return mailbox.id;
}

/** Writes the sequence and activates it. Gives its id. */
export async function writeSequence(page) {
  await page.goto('/rooms/outreach?tab=sequences');
  await page.getByRole('button', { name: 'Start from a template' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Blank sequence/ }).click();
  await page.waitForURL(/\/sequences\//);
  const id = page.url().split('/').at(-1);
  await fill(page, { Name: 'First conversation' });
  await choose(page, page, 'Sent from', ours.email);
  const first = page.getByRole('group', { name: 'Step 1: Mail' });
  await fill(first, {
    Subject: 'A question about {{ company.name }}',
    Text: 'Hello {{ person.given_name }},\n\n{{ deal.why_them }}\n\nHow do you plan shifts today?\n\n{{ sender.name }}',
  });
  await page.getByRole('button', { name: 'Add step' }).click();
  await page.getByRole('menuitem', { name: /^Mail/ }).click();
  const second = page.getByRole('group', { name: 'Step 2: Mail' });
  await field(second, 'Business days after the step before').fill('1');
  await field(second, 'Text').fill('Hello {{ person.given_name }},\n\nis this yours to look after?\n\n{{ sender.name }}');
  // With the usual hours the test would depend on the hour it runs at.
  await page.getByRole('group', { name: 'When mails leave' }).getByText('Any time', { exact: true }).click();
  await send(page, page, 'Save', { method: 'PATCH', path: /\/sequences\// });
  await page.getByRole('button', { name: 'Discard changes' }).waitFor({ state: 'detached' });
  await send(page, page, 'Activate', { method: 'POST', path: /\/activate$/ });
  return id;
}

/** Enrols the committee from the deal's page, with the preview read first. */
export async function enrol(page) {
  await page.getByRole('button', { name: 'Add to sequence', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await choose(page, dialog, 'Sequence', 'First conversation');
  await dialog.getByText(question, { exact: true }).first().waitFor();
  await send(page, dialog, 'Add to sequence', { method: 'POST', path: /\/enrol$/ });
}

/** The first mail as it lies in the prospect's mailbox. */
export async function firstMail(mail) {
  const [raw, ...more] = await mail.wait(person.email, 1, 60);
  assert.equal(more.length, 0, 'one mail came');
  const headers = headersOf(raw);
  assert.match(headers['message-id'] ?? '', /^<[^<>@\s]+@[^<>@\s]+>$/);
  assert.match(headers['list-unsubscribe'] ?? '', /<(https?|mailto):/);
  assert.ok(headers.to.includes(person.email), headers.to);
  assert.ok(headers.from.includes(ours.email), headers.from);
  assert.equal(decoded(headers.subject), question);
  assert.doesNotMatch(raw, /\{\{/, 'every merge field is filled');
  return raw;
}

async function enrolmentOf(api, deal) {
  const { items } = await api.get(`/enrolments?where=deal_id.eq.${deal}`);
  assert.equal(items.length, 1);
  return items[0];
}

async function messagesOf(api, deal) {
  const { items } = await api.get(`/messages?where=deal_id.eq.${deal}&limit=50`);
  return items;
}

/** The second mail waits for its day. */
export async function secondIsPlanned(api, deal) {
  const enrolment = await enrolmentOf(api, deal);
  assert.equal(enrolment.state, 'active');
  assert.ok(Date.parse(enrolment.next_run_at) > Date.now(), `due on another day, not at ${enrolment.next_run_at}`);
}

/** The prospect answers; the answer shows on the deal, ends the sequence, and no second mail is ever sent. */
export async function answer(page, api, mail, deal, raw) {
  const [sent] = (await messagesOf(api, deal)).filter((one) => one.direction === 'out' && one.state === 'sent');
  // IMAP tells the second of an arrival and no more; nobody answers within the second they were written to.
  const later = (Math.floor(Date.parse(sent.sent_at) / 1000) + 1) * 1000;
  await until('the second of the first mail to be over', () => Date.now() > later);
  const text = 'Hello Alex,\n\nthis is interesting. Could we meet on Thursday to talk about it?\n\nClaire Moreau';
  await mail.deliver(person.email, ours.email, answerTo(raw, { from: person.email, name: 'Claire Moreau', text }));
  await page.goto(`/deals/${deal}`);
  await page.getByRole('heading', { level: 1, name: dealName }).waitFor();
  const timeline = page.locator('section[aria-label="Timeline"]');
  await timeline.getByText(/^Reply received/).waitFor({ timeout: 60_000 });
  await timeline.getByText(/Could we meet on Thursday/).first().waitFor();
  const enrolment = await enrolmentOf(api, deal);
  assert.equal(enrolment.state, 'replied');
  assert.equal(enrolment.next_run_at, null);
  const open = (await messagesOf(api, deal)).filter((m) => m.direction === 'out' && ['planned', 'queued', 'sending'].includes(m.state));
  assert.deepEqual(open, [], 'nothing is left to be sent');
}

/** The timeline says in words what ended the sequence. */
export async function seeWhatEndedIt(page, deal) {
  await page.goto(`/deals/${deal}`);
  const timeline = page.locator('section[aria-label="Timeline"]');
  await timeline.getByText(/^Sequence “First conversation” stopped: they replied/).waitFor({ timeout: 5000 });
}

export async function secondNeverSent(api, mail, deal) {
  const sent = (await messagesOf(api, deal)).filter((m) => m.direction === 'out' && m.state === 'sent');
  assert.equal(sent.length, 1);
  assert.equal((await mail.read(person.email)).length, 1);
}

