// The shared inbox and the call screen, by keyboard alone: an answer over real IMAP is read, answered over real SMTP in
// its thread and once, put off, given away, done and brought back; a call is made, disposed of and taken back.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { axe, seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { answerTo, decoded, headersOf } from './lib/mail.mjs';
import { MailHost } from './lib/mail-host.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const ours = { email: 'alex@stone.test', password: 'mail password' };
const claire = { email: 'claire@moreau.test', given_name: 'Claire', family_name: 'Moreau' };
const minji = { email: 'minji@hanbit.test', given_name: '민지', family_name: '김' };
const at = {};

/** A mailbox of ours on the real servers. */
async function connect(api, mail) {
  const server = (port) => ({
    host: '127.0.0.1',
    port,
    security: 'none',
    username: ours.email,
    password: ours.password,
  });
  const mailbox = await api.post('/mailboxes', {
    email: ours.email,
    from_name: 'Alex Stone',
    signature: 'Alex Stone\nStone & Co',
    smtp: server(mail.ports.smtp_port),
    imap: server(mail.ports.imap_port),
  });
  return mailbox.id;
}

/** Somebody at a company of their own with a deal. */
async function meet(api, who, company) {
  const firm = await api.post('/companies', { name: company, industry: 'medical', employees: 120 });
  const person = await api.post('/people', {
    ...who,
    title: 'Head of operations',
    company_id: firm.id,
    phone: '+82 10-1234-5678',
  });
  const deal = await api.post('/deals', { name: `${company} scheduling`, company_id: firm.id });
  await api.put(`/deals/${deal.id}/people/${person.id}`, { roles: ['decision_maker'], evidence: 'signs the contracts' });
  return { person: person.id, deal: deal.id };
}

/** We write by hand, and they answer. */
async function exchange(who, text) {
  const { person, deal } = at.met[who.email];
  await at.api.post('/messages', {
    mailbox_id: at.mailbox,
    person_id: person,
    deal_id: deal,
    subject: 'A question about your shifts',
    text: 'How do you plan shifts today?',
  });
  const [raw] = await at.mail.wait(who.email, 1, 60);
  const sent = Math.floor(Date.now() / 1000) * 1000 + 1000;
  await until('the second of our mail to be over', () => Date.now() > sent);
  const answer = answerTo(raw, { from: who.email, name: `${who.given_name} ${who.family_name}`, text });
  await at.mail.deliver(who.email, ours.email, answer);
}

before(async () => {
  at.mail = await MailHost.start({ [ours.email]: ours.password, [claire.email]: 'hers', [minji.email]: 'hers too' });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp();
  at.mailbox = await connect(at.api, at.mail);
  at.met = {
    [claire.email]: await meet(at.api, claire, 'Moreau Clinics'),
    [minji.email]: await meet(at.api, minji, '한빛의료'),
  };
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url, cookie: at.api.cookie });
});

after(cleanUp);

const rows = () => at.page.locator('section[aria-label="Conversations"] button[aria-pressed]');

async function look(name) {
  await at.page.screenshot({ path: path.join(out, `${name}.png`) });
}

test('an answer is read and answered by keyboard alone', { timeout: 180_000 }, async (t) => {
  const { page, api, mail } = at;
  const step = (name, body) => t.test(name, () => withEvidence(`inbox ${name}`, at, body));

  await step('what they wrote comes into the open inbox by itself', async () => {
    await page.goto('/inbox');
    await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
    await page.getByText('Nobody waits for an answer').waitFor();
    await exchange(claire, 'Hello Alex,\n\nhow much is it for twenty people?\n\nClaire');
    await exchange(minji, '안녕하세요. 관심 있습니다. 자료 보내 주실 수 있나요?');
    await until('both conversations to be listed', async () => (await rows().count()) === 2, 60);
    assert.match(await rows().first().innerText(), /한빛의료/);
  });

  await step('j walks to the next one, with the record beside it', async () => {
    await page.keyboard.press('j');
    await page.getByRole('complementary', { name: 'Who wrote' }).getByText('Moreau Clinics', { exact: true }).waitFor();
    await page.getByText('how much is it for twenty people?').last().waitFor();
    await look('inbox-wide');
    if (axe) assert.deepEqual(await seriousFaults(page), []);
  });

  await step('r, words and Ctrl+Shift+Enter answer it in its thread, and it is done', async () => {
    await page.keyboard.press('r');
    await page.keyboard.type('It is 20 a month for each.');
    await look('inbox-reply');
    await page.keyboard.press('Control+Shift+Enter');
    await until('one conversation to be left', async () => (await rows().count()) === 1);
    const mails = await mail.wait(claire.email, 2, 60);
    const [first, reply] = mails.map((raw) => ({ raw, headers: headersOf(raw) }));
    assert.equal(decoded(reply.headers.subject), 'Re: A question about your shifts');
    const theirs = (await api.get(`/messages?where=person_id.eq.${at.met[claire.email].person}&where=direction.eq.in`)).items[0];
    assert.equal(reply.headers['in-reply-to'], `<${theirs.mime_id}>`);
    assert.ok(reply.headers.references.includes(first.headers['message-id']), reply.headers.references);
    assert.match(reply.raw, /Stone & Co/);
    assert.doesNotMatch(reply.raw, /List-Unsubscribe/i, 'it is a letter, not a mailing');
    assert.equal(mails.length, 2, 'and only once');
  });

  await step('u brings it back, e ends it again', async () => {
    await page.keyboard.press('u');
    await until('it to be listed again', async () => (await rows().count()) === 2);
    await page.getByText('Answered', { exact: true }).first().waitFor();
    await page.locator('section[aria-label="Conversations"] button[data-chosen]', { hasText: 'Moreau' }).waitFor();
    await page.keyboard.press('e');
    await until('one conversation to be left', async () => (await rows().count()) === 1);
  });

  await step('a gives it away, s puts it off, and the search finds by person', async () => {
    await page.keyboard.press('a');
    await page.getByRole('dialog').getByRole('button', { name: /^Nobody/ }).waitFor();
    await page.keyboard.press('1');
    await page.getByText('Nobody waits').first().waitFor();
    await page.keyboard.press('u');
    await until('it to be listed again', async () => (await rows().count()) === 1);
    await page.keyboard.press('s');
    await page.getByRole('dialog').getByText('Tomorrow').waitFor();
    await look('inbox-snooze');
    await page.keyboard.press('2');
    await page.getByText('Nobody waits').first().waitFor();
    const { items } = await api.get('/inbox/conversations?where=state.eq.snoozed');
    assert.equal(items.length, 1);
    await page.goto('/inbox?whose=everybody&state=done');
    await until('the finished one', async () => (await rows().count()) === 1);
    await page.keyboard.press('/');
    await page.keyboard.type('nobody at all');
    await page.getByText('No conversation fits').waitFor();
  });

  await step('a new mail wakes what was put off', async () => {
    await page.goto('/inbox');
    const [raw] = await mail.read(minji.email);
    await mail.deliver(minji.email, ours.email, answerTo(raw, { from: minji.email, name: '김민지', text: '언제 통화할 수 있을까요?' }));
    await until('it to be listed again', async () => (await rows().count()) === 1, 60);
    await page.getByText('언제 통화할 수 있을까요?').last().waitFor();
  });

  await step('a phone shows one after the other', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('/inbox');
    await rows().first().waitFor();
    await look('inbox-phone-list');
    await rows().first().click();
    await page.getByRole('button', { name: 'All conversations' }).waitFor();
    await look('inbox-phone-conversation');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `scrolls sideways by ${wide}`);
    await page.setViewportSize({ width: 1440, height: 900 });
  });
});

test('a due call is made and disposed of by keyboard alone', { timeout: 120_000 }, async (t) => {
  const { page, api } = at;
  const step = (name, body) => t.test(name, () => withEvidence(`calls ${name}`, at, body));
  const calls = () => page.locator('section[aria-label="Due calls"] button[aria-pressed]');
  const today = new Date().toISOString().slice(0, 10);
  for (const who of [claire, minji]) {
    const { person, deal } = at.met[who.email];
    const title = `Call ${who.given_name}`;
    await api.post('/tasks', { title, kind: 'call', due_on: today, person_id: person, deal_id: deal, body: 'Ask how they plan shifts.' });
  }

  await step('the queue has number, hour and script', async () => {
    await page.goto('/calls');
    await until('both calls', async () => (await calls().count()) === 2);
    await page.getByRole('link', { name: /\+821012345678/ }).waitFor();
    await page.getByText('Ask how they plan shifts.').waitFor();
    await look('calls-wide');
    if (axe) assert.deepEqual(await seriousFaults(page), []);
  });

  await step('notes and 4 leave a message, u takes that back', async () => {
    await page.keyboard.press('n');
    await page.keyboard.type('Left my number');
    await page.keyboard.press('Escape');
    await page.keyboard.press('4');
    await until('one call to be left', async () => (await calls().count()) === 1);
    await until('the hour to be counted', async () => (await api.get('/calls/hours')).dials === 1);
    await page.keyboard.press('u');
    await until('both calls', async () => (await calls().count()) === 2);
    await until('nothing to be counted', async () => (await api.get('/calls/hours')).dials === 0);
  });

  await step('8 asks when to call again', async () => {
    await page.keyboard.press('8');
    await page.getByRole('dialog').getByText('Tomorrow').waitFor();
    await page.keyboard.press('1');
    await until('one call to be left', async () => (await calls().count()) === 1);
    await until('a call of tomorrow', async () => {
      const { items } = await api.get('/tasks?where=kind.eq.call');
      return items.filter((task) => task.due_on > today).length === 1;
    });
    await page.keyboard.press('7');
    await page.getByText('No call is due').waitFor();
  });

  await step('the hours are shown, in both languages and on a phone', async () => {
    await page.goto('/calls?tab=hours');
    await page.getByRole('table').waitFor();
    await look('calls-hours');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('/calls?tab=hours');
    await page.getByRole('table').waitFor();
    await look('calls-hours-phone');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `scrolls sideways by ${wide}`);
  });

  await step('the browser complained of nothing', () => assert.deepEqual(page.complaints, []));
});
