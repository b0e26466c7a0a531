// A buyer reads an offer on a phone, chooses, asks, draws a signature and accepts with the code from their mail; what
// was done stands on the offer. The same page stands in Korean, wide and narrow, without scripts too, and axe finds nothing serious.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Api } from './lib/api.mjs';
import { seriousFaults } from './lib/axe.mjs';
import { launch, openPage } from './lib/browser.mjs';
import { codeFor } from './lib/mail.mjs';
import { MailHost } from './lib/mail-host.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const pictures = path.join(out, 'offer');
const ours = 'alex@stone.test';
const at = {};
const mostBytes = 150_000;

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.mail = await MailHost.start({ [ours]: 'ours', 'ellen-en@birch.test': 'theirs' });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp();
  const host = (port) => ({ host: '127.0.0.1', port, security: 'none', username: ours, password: 'ours' });
  const { smtp_port, imap_port } = at.mail.ports;
  await at.api.post('/mailboxes', { email: ours, from_name: 'Alex Stone', smtp: host(smtp_port), imap: host(imap_port) });
  await at.api.put('/offer-theme', {
    accent: '#0b7285',
    sender: 'Stone & Co',
    sender_lines: '1 Main Street, Springfield\nReg. 12345',
  });
  at.browser = await launch();
});

after(cleanUp);

const words = {
  en: {
    company: 'Birch Works', person: 'Ellen Birch', title: 'Orders that arrive on time',
    note: 'Thank you for the talk on Tuesday. This is how we would go about it.',
    chapter: ['What you want to reach', 'Orders come **three weeks late**. You want them in *three days*.\n\n| | Now | Then |\n|---|--:|--:|\n| Days to deliver | 21 | 3 |\n\n1. Orders stand in one place\n2. Late ones are seen early'],
    packs: ['Start', 'Grow', 'Whole'], line: 'Licence', training: 'Training on site', help: 'Help by phone',
  },
  ko: {
    company: '자작나무상사', person: '김은서', title: '제때 도착하는 주문',
    note: '화요일에 말씀 나눠 주셔서 감사합니다. 저희가 제안드리는 방법입니다.',
    chapter: ['이루고 싶은 것', '주문이 **3주나 늦게** 도착합니다. *사흘*로 줄이는 것이 목표입니다.\n\n| | 지금 | 목표 |\n|---|--:|--:|\n| 납기(일) | 21 | 3 |\n\n1. 주문을 한곳에 모읍니다\n2. 늦어지는 주문을 미리 알려 드립니다'],
    packs: ['시작', '성장', '전체'], line: '라이선스', training: '현장 교육', help: '전화 지원',
  },
};

/** An offer that is out, with its link. */
async function sent(api, locale) {
  const says = words[locale];
  const company = await api.post('/companies', { name: says.company, time_zone: locale === 'ko' ? 'Asia/Seoul' : 'America/New_York' });
  const email = `ellen-${locale}@birch.test`;
  const person = await api.post('/people', { name: says.person, email, company_id: company.id, locale });
  const deal = await api.post('/deals', { name: says.company, company_id: company.id });
  await api.put(`/deals/${deal.id}/people/${person.id}`, { roles: ['approver'] });
  const currency = locale === 'ko' ? 'KRW' : 'USD';
  const price = (n) => (locale === 'ko' ? n * 100_000 : n * 10_000);
  const tax = { kind: 'rate', bp: 1000, text: '' };
  const packages = says.packs.map((name, n) => ({
    name,
    text: says.chapter[0],
    recommended: n === 1,
    lines: [
      { text: says.line, unit_minor: price(n + 1), quantity: '12', period: 'monthly', tax },
      { text: says.help, unit_minor: price(2), period: 'yearly', tax },
      { text: says.training, detail: says.note, unit_minor: price(9), mandatory: false, tax },
    ],
  }));
  const made = await api.post(`/deals/${deal.id}/offers`, {
    title: says.title, locale, currency, note: says.note, packages,
    sections: [{ title: says.chapter[0], body: says.chapter[1] }],
  });
  const offer = `/deals/${deal.id}/offers/${made.id}`;
  await api.post(`${offer}/send`, { sent_to: [person.id], override_reason: 'They asked for it' });
  const page = await api.put(`${offer}/page`, {});
  return { offer, link: page.links[0].url, email };
}

async function look(page, name) {
  await page.evaluate(() => document.fonts.ready.then(() => true));
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.ok(!sideways, `${name} scrolls sideways`);
  assert.deepEqual(await seriousFaults(page), [], name);
}

test('an offer is read, asked about and accepted on a phone', async () => {
  const { offer, link, email } = await sent(at.api, 'en');
  const page = await openPage(at.browser, { url: at.server.url, width: 390, height: 844 });
  await page.goto(link);
  await look(page, 'phone-en');
  const sum = () => page.locator('#totals .strong dd').last().textContent();
  const before = await sum();
  await page.getByLabel('Whole').check({ force: true });
  await until('the sums to follow', async () => (await sum()) !== before);
  await page.locator('#buy input[type="checkbox"]').check();
  await until('the training to count', async () => (await page.locator('#buy .off').count()) === 0);
  await page.locator('form.ask').getByRole('button', { name: 'Yes' }).click();
  await page.locator('#packages summary').click();
  await page.locator('#packages textarea').fill('Is the training held at our place?');
  await page.locator('#packages').getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByText('Is the training held at our place?').waitFor();
  await page.getByLabel('Your name').fill('Ellen Birch');
  await page.locator('canvas').scrollIntoViewIfNeeded();
  const box = await page.locator('canvas').boundingBox();
  await page.mouse.move(box.x + 20, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 120, box.y + 90, { steps: 8 });
  await page.mouse.up();
  await page.locator('input[name="consent"]').check();
  await page.getByRole('button', { name: 'Accept this offer' }).click();
  await page.getByLabel(/The code we sent/).waitFor();
  await look(page, 'phone-en-code');
  await page.getByLabel(/The code we sent/).fill(await codeFor(at.mail, email));
  await page.getByRole('button', { name: 'Accept now' }).click();
  await page.getByRole('heading', { name: 'Accepted. Thank you.' }).waitFor();
  await look(page, 'phone-en-receipt');
  assert.deepEqual(page.complaints, []);
  const seen = await at.api.get(`${offer}/page`);
  assert.ok(seen.agreed && seen.links[0].receipt.drawn && seen.links[0].timed);
});

test('the page stands in Korean, and without scripts', async () => {
  const { link } = await sent(at.api, 'ko');
  for (const [name, width, height] of [['wide', 1440, 900], ['phone', 390, 844]]) {
    const page = await openPage(at.browser, { url: at.server.url, width, height, locale: 'ko-KR' });
    await page.goto(link);
    await look(page, `${name}-ko`);
    assert.deepEqual(page.complaints, []);
  }
  const context = await at.browser.newContext({ baseURL: at.server.url, javaScriptEnabled: false });
  const bare = await context.newPage();
  await bare.goto(link);
  await bare.getByLabel('전체').check({ force: true });
  await bare.getByRole('button', { name: '금액 다시 계산' }).click();
  assert.match(bare.url(), /p=/);
  assert.ok(await bare.getByLabel('전체').isChecked());
  const parts = await Promise.all([link, `${at.server.url}/o/page.css`, `${at.server.url}/o/page.js`].map((url) => fetch(url)));
  const texts = await Promise.all(parts.map((one) => one.text()));
  const bytes = texts.reduce((all, text) => all + gzipSync(text).length, 0);
  assert.ok(bytes < mostBytes, `${bytes} bytes compressed`);
});
