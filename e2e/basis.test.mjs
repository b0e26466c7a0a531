// A person in Korea is written to only after a consent is on record; the mail is marked, reads right, and is refused by one
// click that no browser makes (RFC 8058).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Api } from './lib/api.mjs';
import { seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { choose, fill, send } from './lib/forms.mjs';
import { decoded, headersOf, partOf } from './lib/mail.mjs';
import { MailHost } from './lib/mail-host.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const run = promisify(execFile);
const ours = 'alex@stone.test';
const reader = 'minji@hanbit.test';
const pictures = path.join(out, 'basis');
const at = {};

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.mail = await MailHost.start({ [ours]: 'ours', [reader]: 'theirs' });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp({ time_zone: 'Asia/Seoul', country: 'KR' });
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url, cookie: at.api.cookie });
});

after(cleanUp);

async function sequence(api, mail) {
  const server = (port) => ({ host: '127.0.0.1', port, security: 'none', username: ours, password: 'ours' });
  const made = await api.post('/mailboxes', {
    email: ours,
    from_name: 'Alex Stone',
    smtp: server(mail.ports.smtp_port),
    imap: server(mail.ports.imap_port),
    gap_seconds: 0,
  });
  const { id } = await api.post('/sequences', {
    name: 'First conversation',
    mailbox_id: made.id,
    windows: { always: true },
    steps: [
      {
        subject: '근무표를 어떻게 짜시나요?',
        body: '{{ person.given_name }}님, 안녕하세요.\n\n근무표를 어떻게 짜고 계신지 여쭙습니다. 자세한 이야기: https://stone.test/rota\n\n<b>감사합니다</b> & 좋은 하루',
      },
    ],
  });
  await api.post(`/sequences/${id}/activate`);
}

async function looked(page, name) {
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
  assert.deepEqual(await seriousFaults(page), [], name);
}

test('a person in Korea agrees, is written to, and refuses', { timeout: 180_000 }, async (t) => {
  const { api, mail, page } = at;
  let broken = false;
  const step = (name, body) =>
    t.test(name, { skip: broken && 'a step before it failed' }, async () => {
      broken = true;
      await withEvidence(`basis ${name}`, at, body);
      broken = false;
    });
  const enrol = async () => {
    await page.getByRole('button', { name: 'Add to sequence' }).first().click();
    const dialog = page.getByRole('dialog');
    await fill(dialog, { 'Why them, why now': 'They opened a second clinic' });
    await dialog.getByRole('button', { name: 'Add to sequence' }).click();
    return dialog;
  };

  await step('without a ground nobody is enrolled, and the dialog leads to where it is recorded', async () => {
    await sequence(api, mail);
    const company = await api.post('/companies', { name: 'Hanbit Clinics', country: 'KR' });
    const sent = { given_name: '민지', family_name: '김', name: '김민지', email: reader, company_id: company.id, locale: 'ko' };
    at.person = await api.post('/people', sent);
    const deal = await api.post('/deals', { name: 'Hanbit Clinics', company_id: company.id });
    const items = ['what_they_do', 'trigger', 'likely_challenge'].map((kind) => ({ kind, text: 'They grow', source: 'https://hanbit.test' }));
    await api.put(`/deals/${deal.id}/research`, { items });
    await page.goto(`/people/${at.person.id}`);
    await page.getByText('Not allowed', { exact: true }).waitFor();
    const dialog = await enrol();
    await dialog.getByText(/Record a consent with the person/).waitFor();
    await looked(page, 'refused');
    await dialog.getByRole('link', { name: 'Record consent' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  await step('a consent is put on record, and what the law wants of the sender is asked for', async () => {
    await page.getByRole('button', { name: 'Record consent' }).click();
    const dialog = page.getByRole('dialog');
    await fill(dialog, { How: '의료 전시회 부스', 'In what words': '메일로 소식을 받겠습니다.' });
    await looked(page, 'form');
    await send(page, dialog, 'Save', { method: 'POST', path: /\/consents$/ });
    await page.getByText('May be written to', { exact: true }).waitFor();
    await page.getByText(/Korean law wants the sender’s phone number/).waitFor();
    await looked(page, 'person');
    await page.getByRole('link', { name: 'Enter them in the settings' }).click();
    await fill(page, { 'Postal address in automated mails': '서울시 종로구 1', 'Phone number in mails to Korea': '02-123-4567' });
    await send(page, page.locator('form').filter({ hasText: 'Postal address' }), 'Save', { method: 'PATCH', path: /\/workspace$/ });
  });

  await step('the mail is marked, says who sends it, and reads right in a browser', async () => {
    await page.goto(`/people/${at.person.id}`);
    const dialog = await enrol();
    await dialog.waitFor({ state: 'detached' });
    [at.raw] = await mail.wait(reader, 1, 60);
    assert.equal(decoded(headersOf(at.raw).subject), '(광고) 근무표를 어떻게 짜시나요?');
    const text = partOf(at.raw, 'text/plain');
    for (const shown of ['Alex Stone', ours, '02-123-4567', '서울시 종로구 1', '무료로 수신을 거부', 'free of charge']) {
      assert.ok(text.includes(shown), `${shown}: ${text}`);
    }
    const html = await at.browser.newContext({ viewport: { width: 390, height: 700 } });
    const opened = await html.newPage();
    await opened.setContent(partOf(at.raw, 'text/html'));
    await opened.screenshot({ path: path.join(pictures, 'mail.png'), fullPage: true });
    const shown = await opened.locator('body').innerText();
    for (const line of ['민지님, 안녕하세요.', '<b>감사합니다</b> & 좋은 하루', 'https://stone.test/rota']) {
      assert.ok(shown.includes(line), `${line}: ${shown}`);
    }
    assert.equal(await opened.locator('p').count() > 2, true, 'paragraphs');
    const link = await opened.getByRole('link', { name: 'https://stone.test/rota' }).getAttribute('href');
    assert.match(link, /\/c\/[0-9a-f]+\/1$/, 'the link in the body is counted');
    const wider = await opened.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wider <= 0, `the mail scrolls sideways by ${wider}`);
    await html.close();
  });

  await step('curl refuses further mail by one click, and that takes the consent back', async () => {
    const headers = headersOf(at.raw);
    assert.equal(headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click');
    const url = new URL(headers['list-unsubscribe'].match(/<(https?:[^>]+)>/)[1]);
    const here = at.server.url + url.pathname;
    const answer = (more) => run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code} %{num_redirects} %{redirect_url}', ...more, here]);
    assert.equal((await answer([])).stdout.trim(), '200 0', 'looking changes nothing');
    assert.equal((await api.get('/suppressions')).items.length, 0);
    const click = await answer(['-X', 'POST', '--data', 'List-Unsubscribe=One-Click']);
    assert.equal(click.stdout.trim(), '200 0');
    await answer(['-X', 'POST', '--data', 'List-Unsubscribe=One-Click']);
    const { items } = await api.get('/suppressions');
    assert.deepEqual(items.map((one) => [one.text, one.reason]), [[reader, 'unsubscribe']]);
    await page.goto(`/people/${at.person.id}`);
    await page.getByText('Not allowed', { exact: true }).waitFor();
    await page.getByText(/· taken back/).first().waitFor();
  });

  await step('an admin sets a country otherwise, with a reason', async () => {
    await page.goto('/settings/mail_laws');
    await page.getByRole('button', { name: 'Change Germany' }).click();
    const dialog = page.getByRole('dialog');
    await choose(page, dialog, 'What it needs', 'Nothing');
    await fill(dialog, { Why: 'Only customers are in these lists.' });
    await send(page, dialog, 'Save', { method: 'PATCH', path: /\/workspace$/ });
    await page.getByRole('cell').getByText('Only customers are in these lists.').waitFor();
    await looked(page, 'laws');
    await api.patch('/me', { locale: 'ko' });
    await page.goto('/settings/mail_laws');
    await page.getByRole('heading', { name: '메일과 법' }).first().waitFor();
    await looked(page, 'laws-ko');
    await page.goto(`/people/${at.person.id}`);
    await page.getByText('발송 불가', { exact: true }).waitFor();
    await looked(page, 'person-ko');
  });
});

test('what a colleague saved meanwhile is not written over', { timeout: 60_000 }, async () => {
  const { api, page } = at;
  await withEvidence('basis stale sequence', at, async () => {
    await api.patch('/me', { locale: 'en' });
    const [{ id }] = await api.get('/sequences');
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    const shows = (text) => until(`the name to be ${text}`, async () => (await name.inputValue()) === text);
    await page.goto(`/sequences/${id}`);
    await fill(page, { Name: 'Ours' });
    await api.patch(`/sequences/${id}`, { name: 'A colleague’s' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/Somebody changed this meanwhile/).waitFor();
    await shows('A colleague’s');
    assert.equal((await api.get(`/sequences/${id}`)).name, 'A colleague’s', 'theirs is kept');
    // One step back is one's own, and now it is meant.
    await page.keyboard.press('Control+z');
    await shows('Ours');
    await send(page, page, 'Save', { method: 'PATCH', path: /\/sequences\// });
    assert.equal((await api.get(`/sequences/${id}`)).name, 'Ours');
    // Whoever has changed nothing sees what a colleague saves.
    await api.patch(`/sequences/${id}`, { name: 'Theirs again' });
    await shows('Theirs again');
  });
});
