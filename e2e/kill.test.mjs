// kill -9 in the middle of work: an import is neither halved nor doubled, and nobody gets a mail twice.
//
// A killed process leaves its lease behind, for which the next one would wait a minute or two. The test lets the
// leases run out at once, in the database itself; everything else happens as it would at a customer's.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Api } from './lib/api.mjs';
import { withEvidence } from './lib/browser.mjs';
import { Database } from './lib/database.mjs';
import { MailHost } from './lib/mail-host.mjs';
import { binary, cleanUp, start } from './lib/place.mjs';
import { chance, seed } from './lib/random.mjs';
import { Server, dataFolder } from './lib/server.mjs';
import { until, within } from './lib/wait.mjs';

const kills = 10;

after(cleanUp);

const rows = 160_000;
/** Rows of one transaction at most. */
const together = 40_000;

function writeBigList(folder) {
  const file = path.join(folder, 'big.csv');
  const lines = ['name,domain,industry,employees'];
  for (let i = 0; i < rows; i += 1) lines.push(`Company ${i},company-${i}.test,industry ${i % 17},${10 + (i % 900)}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** `sevenfold import companies FILE` in the folder's workspace. */
function startImport(folder, file) {
  const args = ['import', 'companies', file, '--data-dir', folder, '--json'];
  const child = start(binary('sevenfold'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { child, out: '', said: '', ended: once(child, 'exit') };
  child.stdout.on('data', (text) => {
    run.out += text;
  });
  child.stderr.on('data', (text) => {
    run.said += text;
  });
  return run;
}

test('an import killed ten times goes on until every row is there once', { timeout: 180_000 }, async (t) => {
  t.diagnostic(`seed ${seed}`);
  const random = chance();
  const folder = dataFolder();
  const server = await Server.start(folder);
  await new Api(server.url).setUp();
  await server.stop();
  const file = writeBigList(folder);
  const db = new Database(folder);
  const read = () => db.one("SELECT done FROM job WHERE kind = 'import' ORDER BY created_at DESC LIMIT 1") ?? 0;
  // Moments spread over the file, each moved by chance; a little chance more within the batch. Rows count by whole
  // transactions: one is left at least, on the fastest machine too, once a moment is seen to be over.
  const moments = Array.from({ length: kills }, (_, i) => Math.floor(((i + random()) / kills) * (rows - 2 * together)));
  const stoppedAt = [];
  for (const moment of moments) {
    const run = startImport(folder, file);
    await until(`row ${moment} to be read`, () => {
      assert.equal(run.child.exitCode, null, `the import ended by itself: ${run.said}${run.out}`);
      // Rows count by whole transactions: the moment may lie in one that was done before this run.
      return read() >= moment && (stoppedAt.length === 0 || /Going on after row \d+/.test(run.said));
    }, 60);
    await pause(random() * 100);
    run.child.kill('SIGKILL');
    const [, signal] = await within('the import to be gone', run.ended, 10);
    assert.equal(signal, 'SIGKILL', `killed before its end, at row ${read()}`);
    stoppedAt.push(read());
    if (stoppedAt.length > 1) assert.match(run.said, /Going on after row \d+/, 'it says where it goes on');
    db.leasesRunOut('job');
  }
  const last = startImport(folder, file);
  const [code] = await within('the import to end', last.ended, 90);
  assert.equal(code, 0, last.said);
  const told = JSON.parse(last.out);
  t.diagnostic(`killed at rows ${stoppedAt.join(', ')}`);
  assert.deepEqual(
    [told.state, told.rows, told.created + told.updated + told.skipped + told.refused, told.created],
    ['done', rows, rows, rows],
  );
  assert.equal(db.one('SELECT count(*) FROM company'), rows);
  assert.equal(db.one('SELECT count(DISTINCT domain) FROM company'), rows);
  const half = 'SELECT count(*) FROM company WHERE domain IS NULL OR industry IS NULL OR employees IS NULL';
  assert.equal(db.one(half), 0, 'no half rows');
  const told_once =
    "SELECT count(*) FROM company c WHERE (SELECT count(*) FROM event e WHERE e.company_id = c.id AND e.kind = 'company.created') <> 1";
  assert.equal(db.one(told_once), 0, 'every company has exactly one created event');
  assert.equal(db.one("SELECT count(*) FROM event WHERE kind = 'company.created'"), rows);
  db.close();
});

const ours = 'alex@stone.test';
const prospects = Array.from({ length: 60 }, (_, i) => `reader@prospect-${i}.test`);

const found = ['what_they_do', 'trigger', 'likely_buyer'].map((kind) => ({ kind, text: 'They plan by hand', source: 'Their site' }));

async function readySequence(api, mail) {
  const server = (port) => ({ host: '127.0.0.1', port, security: 'none', username: ours, password: 'mail password' });
  const mailbox = await api.post('/mailboxes', {
    email: ours,
    from_name: 'Alex Stone',
    smtp: server(mail.ports.smtp_port),
    imap: server(mail.ports.imap_port),
    daily_cap: 2000,
    gap_seconds: 0,
  });
  const sequence = await api.post('/sequences', {
    name: 'One mail',
    goal: 'conversation',
    mailbox_id: mailbox.id,
    windows: { always: true },
    steps: [{ delay_days: 0, subject: 'A question for {{ person.given_name }}', body: 'Hello {{ person.given_name }},\n\nhow do you plan?\n\nAlex' }],
  });
  await api.post(`/sequences/${sequence.id}/activate`);
  const people = [];
  for (const [i, email] of prospects.entries()) {
    const person = await api.post('/people', { given_name: 'Reader', family_name: 'Test', email, country: 'US' });
    const deal = await api.post('/deals', { name: `Reader ${i}` });
    await api.put(`/deals/${deal.id}/research`, { items: found });
    people.push({ person_id: person.id, deal_id: deal.id });
  }
  return { sequence: sequence.id, people };
}

const states = "SELECT state, count(*) AS n FROM message WHERE direction = 'out' GROUP BY state";

test('a server killed ten times while sending brings nobody a mail twice', { timeout: 180_000 }, async (t) => {
  t.diagnostic(`seed ${seed}`);
  const random = chance(seed + 1);
  const accounts = Object.fromEntries([[ours, 'mail password'], ...prospects.map((one) => [one, 'theirs'])]);
  const mail = await MailHost.start(accounts);
  const folder = dataFolder();
  const server = await Server.start(folder);
  const api = new Api(server.url);
  await api.setUp();
  const { sequence, people } = await readySequence(api, mail);
  const db = new Database(folder);
  const count = (where) => db.one(`SELECT count(*) FROM message WHERE direction = 'out' AND ${where}`);
  // What each kill waits for: the claim, the content under way, or one more mail sent.
  const signs = [
    () => count("state = 'sending'") > 0,
    () => count("state = 'sending' AND data_started_at IS NOT NULL") > 0,
    (sent) => count("state = 'sent'") > sent,
  ];
  await withEvidence('kill-while-sending', { server, mail }, async () => {
    const perRound = people.length / kills;
    let inTime = 0;
    for (let round = 0; round < kills; round += 1) {
      const batch = people.slice(round * perRound, (round + 1) * perRound);
      const sent = count("state = 'sent'");
      const { refused } = await api.post(`/sequences/${sequence}/enrol`, {
        people: batch,
        why_them: 'They plan by hand.',
      });
      assert.deepEqual(refused, []);
      const sign = signs[round % signs.length];
      const deadline = Date.now() + 20_000;
      // Where all of them left before anybody could look, the kill comes too late to be one in the middle.
      const over = () => count("state IN ('sent', 'uncertain')") === (round + 1) * perRound;
      while (!sign(sent) && !over()) assert.ok(Date.now() < deadline, `round ${round}: no mail got under way`);
      inTime += over() ? 0 : 1;
      await pause(random() * 25);
      await server.kill();
      db.leasesRunOut('message');
      await server.up();
    }
    t.diagnostic(`${inTime} of ${kills} kills while mails were leaving`);
    assert.ok(inTime >= kills / 2, `only ${inTime} kills came while mails were leaving`);
    // Those enrolled just before the last kill have no message yet: all there and all done is what is waited for.
    const ended = () => count('1 = 1') === prospects.length && count("state NOT IN ('sent', 'uncertain')") === 0;
    await until('every mail to be sent or uncertain', ended, 60);
    assert.equal(count('1 = 1'), prospects.length);
    t.diagnostic(`at the end ${JSON.stringify(db.all(states))}`);
    for (const prospect of prospects) {
      const state = db.one("SELECT state FROM message WHERE direction = 'out' AND to_address = ?", prospect);
      const wanted = state === 'sent' ? [1] : [0, 1];
      const copies = (await mail.wait(prospect, wanted[0], 20)).length;
      assert.ok(wanted.includes(copies), `${prospect}: ${copies} copies of a mail that is ${state}`);
    }
  });
  db.close();
});
