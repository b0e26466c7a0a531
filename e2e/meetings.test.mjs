// A guest books a meeting by the link of a sequence's mail, in a browser of their own; the sequence stops, and real
// mails with invitations arrive over SMTP. Then they and the rep move it, and it is cancelled.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { field, fill, send } from './lib/forms.mjs';
import { decoded, headersOf } from './lib/mail.mjs';
import { MailHost } from './lib/mail-host.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const ours = 'alex@stone.test';
const guest = 'claire@betasoloin.test';
const pictures = path.join(out, 'meetings');
/** Seconds under which nobody fills in a page. */
const haste = 4;
const at = {};

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.mail = await MailHost.start({ [ours]: 'ours', [guest]: 'theirs' });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp({ time_zone: 'Asia/Seoul', country: 'KR' });
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url, cookie: at.api.cookie });
});

after(cleanUp);

/** A mail's text, with what made it 7-bit taken back. */
function plain(raw) {
  return raw.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A line of the invitation in a mail. */
function line(raw, name) {
  const [calendar] = plain(raw).match(/BEGIN:VCALENDAR[\s\S]*?END:VCALENDAR/) ?? [];
  assert.ok(calendar, 'the mail has an invitation');
  return calendar.replace(/\r?\n /g, '').match(new RegExp(`^${name}:(.*?)\\r?$`, 'm'))?.[1];
}

async function connectMailbox(api, mail) {
  const server = (port, password) => ({ host: '127.0.0.1', port, security: 'none', username: ours, password });
  const made = await api.post('/mailboxes', {
    email: ours,
    from_name: 'Alex Stone',
    smtp: server(mail.ports.smtp_port, 'ours'),
    imap: server(mail.ports.imap_port, 'ours'),
  });
  return made.id;
}

/** A researched deal, and a sequence whose first mail asks for a meeting. Gives the enrolment. */
async function enrolled(api, mailbox) {
  const company = await api.post('/companies', { name: 'Betasoloin', domain: 'betasoloin.test' });
  const person = await api.post('/people', {
    given_name: 'Claire',
    family_name: 'Moreau',
    name: 'Claire Moreau',
    email: guest,
    company_id: company.id,
    time_zone: 'America/New_York',
    country: 'US',
  });
  at.person = person.id;
  const deal = await api.post('/deals', { name: 'Betasoloin', company_id: company.id });
  const items = ['what_they_do', 'trigger', 'likely_challenge'].map((kind) => ({ kind, text: 'They grow', source: 'https://betasoloin.test' }));
  await api.put(`/deals/${deal.id}/research`, { items });
  const sequence = await api.post('/sequences', {
    name: 'First conversation',
    mailbox_id: mailbox,
    windows: { always: true },
    steps: [
      { subject: 'A question', body: 'Hello {{ person.given_name }}, how do you plan shifts? Pick a time: {{ booking_link }}' },
      { delay_days: 1, subject: '', body: 'Is this yours to look after?' },
    ],
  });
  await api.post(`/sequences/${sequence.id}/activate`);
  const { enrolled } = await api.post(`/sequences/${sequence.id}/enrol`, { person_ids: [person.id], why_them: 'Two new sites' });
  assert.equal(enrolled.length, 1);
  return enrolled[0];
}

async function guestPage(more) {
  const context = await at.browser.newContext({ timezoneId: 'America/New_York', reducedMotion: 'reduce', ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

/** Nothing serious for axe, nothing that scrolls sideways; a picture to look at. */
async function sound(page, name) {
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
  assert.deepEqual(await seriousFaults(page), [], name);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wider <= 0, `${name} scrolls sideways by ${wider}`);
}

/** Picks the last hour of the open day and sends the page, as slowly as a person would. */
async function pick(page, button) {
  const opened = Date.now();
  await page.locator('.grid label').last().click();
  await until('as long as a person needs', () => Date.now() - opened > haste * 1000);
  await page.getByRole('button', { name: button }).click();
}

test('a guest books by the link of a mail, moves and cancels', { timeout: 180_000 }, async (t) => {
  const { api, mail, page, server } = at;
  let broken = false;
  const step = (name, body) =>
    t.test(name, { skip: broken && 'a step before it failed' }, async () => {
      broken = true;
      await withEvidence(`meetings ${name}`, at, body);
      broken = false;
    });

  await step('a rep offers a kind of meeting in the settings', async () => {
    at.mailbox = await connectMailbox(api, mail);
    await page.goto('/settings/meetings');
    await page.getByRole('button', { name: 'Add meeting' }).click();
    await fill(page, { 'Link to the call': 'https://meet.stone.test/alex' });
    at.kind = await send(page, page.locator('form'), 'Save', { method: 'POST', path: /\/meeting-kinds$/ });
    const link = page.getByLabel('Booking page');
    await until('the link to be shown', async () => (await link.inputValue()).endsWith(`/m/${at.kind.token}`));
    await page.screenshot({ path: path.join(pictures, 'settings.png'), fullPage: true });
  });

  await step('the page shows times where the guest is, on a phone and in Korean', async () => {
    const phone = await guestPage({ viewport: { width: 390, height: 844 }, locale: 'ko-KR' });
    await phone.goto(`${server.url}/m/${at.kind.token}`);
    await phone.waitForURL(/zone=America%2FNew_York/);
    await phone.getByText('날짜 선택').waitFor();
    await sound(phone, 'phone-ko');
    const wide = await guestPage({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
    await wide.goto(`${server.url}/m/${at.kind.token}`);
    await wide.waitForURL(/zone=America%2FNew_York/);
    await sound(wide, 'wide-en');
    await wide.getByLabel('Times are shown in').selectOption('Asia/Seoul');
    await wide.waitForURL(/zone=Asia%2FSeoul/);
    // The month's last working day stands alone.
    if ((await wide.locator('td a').count()) < 2) await wide.getByRole('link', { name: 'Later month' }).click();
    await wide.locator('td a').nth(1).waitFor();
    await wide.locator('td a').first().focus();
    await wide.keyboard.press('ArrowRight');
    const second = await wide.locator('td a').nth(1).textContent();
    assert.equal(await wide.evaluate(() => document.activeElement.textContent), second);
  });

  await step('the mail of the sequence brings them to the page, which knows them', async () => {
    at.enrolment = await enrolled(api, at.mailbox);
    const [raw] = await mail.wait(guest, 1, 60);
    const [link] = plain(raw).match(/https?:\/\/\S+\/m\/\S+\?r=\w+/) ?? [];
    assert.ok(link, raw);
    at.guest = await guestPage({ viewport: { width: 390, height: 844 }, locale: 'en-US' });
    await at.guest.goto(server.url + new URL(link).pathname + new URL(link).search);
    assert.equal(await at.guest.getByLabel('Times are shown in').inputValue(), 'America/New_York');
    assert.equal(await at.guest.getByLabel('Your email').inputValue(), guest);
    await sound(at.guest, 'phone-en');
    await pick(at.guest, 'Book this time');
    await at.guest.getByRole('heading', { name: 'It is booked' }).waitFor();
    await sound(at.guest, 'booked');
  });

  await step('the sequence stops, and an invitation arrives', async () => {
    const enrolment = await api.get(`/enrolments/${at.enrolment}`);
    assert.deepEqual([enrolment.state, enrolment.reason], ['stopped', 'meeting']);
    const [, raw] = await mail.wait(guest, 2, 60);
    assert.equal(decoded(headersOf(raw).subject), 'Booked: First conversation with Alex Stone');
    assert.match(raw, /text\/calendar; charset=utf-8; method=REQUEST/i);
    assert.match(raw, /filename="?invite\.ics/);
    assert.equal(line(raw, 'METHOD'), 'REQUEST');
    assert.equal(line(raw, 'SEQUENCE'), '0');
    at.uid = line(raw, 'UID');
    const own = await mail.wait(ours, 1, 60);
    assert.equal(line(own[0], 'UID'), at.uid, 'the host has the invitation too');
    await page.goto(`/people/${at.person}`);
    await page.getByText('Booked', { exact: true }).waitFor();
    await page.screenshot({ path: path.join(pictures, 'person.png'), fullPage: true });
  });

  await step('they move it, and the invitation moves with it', async () => {
    await at.guest.getByRole('link', { name: 'Move it' }).click();
    await at.guest.getByText('Pick a day').waitFor();
    await sound(at.guest, 'moving');
    await at.guest.locator('.grid label').first().click();
    await at.guest.getByRole('button', { name: 'Take this time' }).click();
    await at.guest.getByRole('heading', { name: 'It has a new time' }).waitFor();
    const [, , raw] = await mail.wait(guest, 3, 60);
    assert.deepEqual([line(raw, 'METHOD'), line(raw, 'SEQUENCE'), line(raw, 'UID')], ['REQUEST', '1', at.uid]);
  });

  await step('the rep gives it another time, with a word', async () => {
    await page.goto(`/people/${at.person}`);
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await field(dialog, 'New time').click();
    const times = page.getByRole('option').filter({ visible: true });
    await times.first().waitFor();
    await times.nth(1).click();
    await fill(dialog, { 'A word to them': 'A train is late.' });
    await sound(page, 'rep-moves');
    const moved = await send(page, dialog, 'Move', { method: 'POST', path: /\/move$/ });
    assert.equal(moved.state, 'moved');
    const [, , , raw] = await mail.wait(guest, 4, 60);
    assert.deepEqual([line(raw, 'METHOD'), line(raw, 'SEQUENCE'), line(raw, 'UID')], ['REQUEST', '2', at.uid]);
    assert.match(plain(raw), /A train is late\./);
  });

  await step('they cancel it, and it leaves their calendar', async () => {
    await at.guest.getByText('Cancel it', { exact: true }).click();
    await at.guest.getByRole('button', { name: 'Yes, cancel it' }).click();
    await at.guest.getByRole('heading', { name: 'It is cancelled' }).waitFor();
    await sound(at.guest, 'cancelled');
    const [, , , , raw] = await mail.wait(guest, 5, 60);
    assert.deepEqual([line(raw, 'METHOD'), line(raw, 'SEQUENCE'), line(raw, 'UID')], ['CANCEL', '3', at.uid]);
    const { items } = await api.get(`/meetings?where=person_id.eq.${at.person}`);
    assert.deepEqual(items.map((one) => one.state), ['cancelled']);
    const sent = await mail.read(guest);
    assert.equal(sent.filter((one) => /List-Unsubscribe/i.test(one)).length, 1, 'one mail of the sequence, and no more');
  });
});
