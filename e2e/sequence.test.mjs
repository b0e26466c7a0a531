// A sequence with two wordings and a fork, over real SMTP and IMAP: an absence pauses it, an answer ends it, a mail that
// comes back suppresses the address, and the rest go on by the way their wording leads.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { Database } from './lib/database.mjs';
import { answerTo, headersOf } from './lib/mail.mjs';
import { MailHost } from './lib/mail-host.mjs';
import { cleanUp } from './lib/place.mjs';
import { dataFolder, Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const ours = 'alex@stone.test';
const readers = Array.from({ length: 24 }, (_, i) => `reader@prospect-${i}.test`);
/** Nobody has this address: postfix takes the mail and brings it back. */
const nobody = 'gone@elsewhere.test';
const found = ['what_they_do', 'trigger', 'likely_buyer'].map((kind) => ({ kind, text: 'They plan by hand', source: 'Their site' }));
const steps = [
  {
    key: 'first',
    subject: 'A question about planning',
    body: 'Hello {{ person.given_name }},\n\nhow do you plan?\n\nAlex',
    variants: [{ subject: 'Planning by hand', body: 'Hello {{ person.given_name }},\n\nis planning by hand yours?\n\nAlex' }],
  },
  { kind: 'wait', delay_days: 1, branches: [{ if: { is: 'variant', step: 'first', arm: 2 }, go_to: 'call' }] },
  { subject: '', body: 'Hello {{ person.given_name }},\n\nis that a question for somebody else?\n\nAlex' },
  { kind: 'call', key: 'call', delay_days: 1, subject: 'Call {{ person.name }}' },
];

const at = {};

before(async () => {
  at.mail = await MailHost.start(Object.fromEntries([[ours, 'mail password'], ...readers.map((one) => [one, 'theirs'])]));
  at.folder = dataFolder();
  at.server = await Server.start(at.folder);
  at.api = new Api(at.server.url);
  await at.api.setUp();
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url, cookie: at.api.cookie });
  at.db = new Database(at.folder);
});

after(async () => {
  at.db?.close();
  await cleanUp();
});

async function mailbox() {
  const server = (port) => ({ host: '127.0.0.1', port, security: 'none', username: ours, password: 'mail password' });
  const { smtp_port: smtp, imap_port: imap } = at.mail.ports;
  const more = { daily_cap: 2000, gap_seconds: 0 };
  const made = await at.api.post('/mailboxes', { email: ours, from_name: 'Alex Stone', smtp: server(smtp), imap: server(imap), ...more });
  return made.id;
}

/** A person with a deal that is found out about. */
async function prospect(email) {
  const person = await at.api.post('/people', { given_name: 'Reader', family_name: 'Test', email, country: 'US' });
  const deal = await at.api.post('/deals', { name: email });
  await at.api.put(`/deals/${deal.id}/research`, { items: found });
  return { person_id: person.id, deal_id: deal.id };
}

/** The mails and the enrolment of one address. */
async function of(email) {
  const id = at.enrolments[email];
  const { items } = await at.api.get(`/messages?where=enrolment_id.eq.${id}&where=direction.eq.out&sort=created_at`);
  return { mails: items, enrolment: await at.api.get(`/enrolments/${id}`) };
}

/** What a person's mail program would send, with further headers. */
function answer(raw, from, text, more = []) {
  const [head, ...body] = answerTo(raw, { from, name: 'Reader Test', text }).split('\r\n\r\n');
  return [[head, ...more].join('\r\n'), ...body].join('\r\n\r\n');
}

test('a sequence with wordings and a fork meets absences, answers and mails that come back', { timeout: 240_000 }, async (t) => {
  const step = (name, body) => t.test(name, () => withEvidence(`sequence ${name}`, at, body));

  await step('everybody gets one of two wordings', async () => {
    const sequence = await at.api.post('/sequences', {
      name: 'Two wordings',
      goal: 'conversation',
      mailbox_id: await mailbox(),
      windows: { always: true },
      steps,
    });
    at.sequence = sequence.id;
    await at.api.post(`/sequences/${sequence.id}/activate`);
    at.enrolments = {};
    for (const email of [...readers, nobody]) {
      const people = [await prospect(email)];
      const { enrolled, refused } = await at.api.post(`/sequences/${sequence.id}/enrol`, { people, why_them: 'They plan by hand.' });
      assert.deepEqual(refused, []);
      at.enrolments[email] = enrolled[0];
    }
    at.first = {};
    at.arms = { 1: [], 2: [] };
    for (const email of readers) {
      [at.first[email]] = await at.mail.wait(email, 1, 60);
      const [sent] = (await of(email)).mails;
      const subject = headersOf(at.first[email]).subject;
      assert.equal(subject, sent.variant === 2 ? 'Planning by hand' : 'A question about planning');
      at.arms[sent.variant].push(email);
    }
    // One in eight million that all get the same.
    assert.ok(at.arms[1].length > 0 && at.arms[2].length > 0, JSON.stringify(at.arms));
  });

  await step('an absence pauses until the day after they are back', async () => {
    [at.away] = at.arms[1];
    const day = new Date(Date.now() + 12 * 86_400_000).toISOString().slice(0, 10);
    const text = `I am out of the office until ${day} with limited access to email.`;
    await at.mail.deliver(at.away, ours, answer(at.first[at.away], at.away, text, ['Auto-Submitted: auto-replied']));
    await until('the pause', async () => (await of(at.away)).enrolment.state === 'paused', 60);
    const { enrolment } = await of(at.away);
    assert.ok(Date.parse(enrolment.resume_at) > Date.parse(day), `${enrolment.resume_at} is after ${day}`);
  });

  await step('an answer ends it', async () => {
    at.answers = at.arms[2][0];
    await at.mail.deliver(at.answers, ours, answer(at.first[at.answers], at.answers, 'Good question. Could we talk on Thursday?'));
    await until('the answer', async () => (await of(at.answers)).enrolment.state === 'replied', 60);
  });

  await step('a mail that comes back suppresses the address', async () => {
    await until('the bounce', async () => (await of(nobody)).enrolment.reason === 'hard_bounce', 60);
    const { items } = await at.api.get('/suppressions');
    assert.ok(items.some((one) => one.text === nobody), JSON.stringify(items));
    const [sent] = (await of(nobody)).mails;
    assert.equal(sent.state, 'bounced');
  });

  await step('a business day later everybody else goes on by their wording', async () => {
    at.db.all('UPDATE enrolment SET next_run_at = 1 WHERE next_run_at IS NOT NULL RETURNING id');
    const others = (arm) => at.arms[arm].filter((email) => ![at.away, at.answers].includes(email));
    for (const email of others(1)) {
      const [first, second] = await at.mail.wait(email, 2, 60);
      assert.equal(headersOf(second)['in-reply-to'], headersOf(first)['message-id'], 'in the same thread');
    }
    for (const email of others(2)) {
      await until(`the call of ${email}`, async () => (await of(email)).enrolment.state === 'waiting', 60);
      assert.equal((await of(email)).mails.length, 1, 'the fork passes over the second mail');
    }
    for (const email of [at.away, at.answers]) assert.equal((await at.mail.read(email)).length, 1, email);
    at.calls = others(2).length;
  });

  await step('the calls stand in Today, and the screen shows wordings and fork', async () => {
    const { page } = at;
    await page.goto('/today');
    await page.getByText('Call Reader Test').first().waitFor();
    const { items } = await at.api.get('/tasks?where=kind.eq.call&where=state.eq.open&limit=100');
    assert.equal(items.length, at.calls);
    await page.goto(`/sequences/${at.sequence}`);
    const first = page.getByRole('group', { name: 'Step 1: Mail' });
    await first.getByRole('tab', { name: 'B' }).click();
    await until('the other wording', async () => (await first.getByLabel('Subject').inputValue()) === 'Planning by hand');
    await first.getByRole('row', { name: /^B / }).waitFor();
    await page.getByText('Map', { exact: true }).click();
    await page.getByText('Call {{ person.name }}').first().waitFor();
    assert.deepEqual(page.complaints, []);
  });
});
