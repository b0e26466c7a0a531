// Learn the truth early, stay useful until they want it: a talk in Korean opens the gate, another deal is refused with its
// reason, the first one joins a track by itself, and strong interest leads over Today to the offer. Mail is real.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { choose, field, section, send } from './lib/forms.mjs';
import { MailHost } from './lib/mail-host.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const pictures = path.join(out, 'nurturing');
const ours = 'sora@stone.test';
const theirs = { name: '김민지', email: 'minji@hanbit.test' };
const first = '한빛소프트 도입';
const second = '두리물산 도입';
const at = {};

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.mail = await MailHost.start({ [ours]: 'ours', [theirs.email]: 'theirs' });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp({ locale: 'ko', time_zone: 'Asia/Seoul', country: 'KR', currency: 'KRW' });
  await at.api.patch('/workspace', { settings: { postal_address: '서울시 종로구 1', sender_phone: '02-123-4567' } });
  const server = (port) => ({ host: '127.0.0.1', port, security: 'none', username: ours, password: 'ours' });
  const { smtp_port, imap_port } = at.mail.ports;
  await at.api.post('/mailboxes', { email: ours, from_name: '이소라', smtp: server(smtp_port), imap: server(imap_port), gap_seconds: 0 });
  await at.api.post('/content', {
    form: 'story',
    title: '마감을 사흘로 줄인 회사',
    body: '보고가 늦던 회사가 마감을 사흘로 줄인 이야기입니다.',
    url: 'https://stone.test/closing',
    challenges: ['보고가 3주 뒤에 나옴'],
    gives: 'proof',
    topic: 'problem',
    locale: 'ko',
  });
  at.first = await dealInQualification(first, theirs);
  at.second = await dealInQualification(second, { name: '박준호', email: 'junho@duri.test' });
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url, locale: 'ko-KR', cookie: at.api.cookie });
});

after(cleanUp);

async function dealInQualification(name, who) {
  const { api } = at;
  const company = await api.post('/companies', { name: name.split(' ')[0], country: 'KR' });
  const person = await api.post('/people', { ...who, company_id: company.id, country: 'KR', locale: 'ko' });
  await api.post('/consents', { person_ids: [person.id], kind: 'consent', how: '전시회 부스', wording: '메일로 소식을 받겠습니다.' });
  const deal = await api.post('/deals', { name, company_id: company.id });
  await api.put(`/deals/${deal.id}/people/${person.id}`, { roles: ['user'] });
  await until('the deal is settled', async () => (await api.get(`/deals/${deal.id}/gate`)).checks.length > 0);
  for (const keys of [['icp_scored', 'research_done', 'why_them'], ['conversation_started']]) {
    const reasons = Object.fromEntries(keys.map((key) => [key, '이미 알고 있음']));
    await api.post(`/deals/${deal.id}/move`, { kind: 'advance_forced', reasons });
  }
  return deal.id;
}

async function looked(page, name) {
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
  assert.deepEqual(await seriousFaults(page), [], name);
}

const stage = (page, name) => page.getByRole('img', { name: new RegExp(`^7단계 중 \\d단계: ${name}$`) }).first();
const nextStep = (page) => page.locator('section[aria-label="다음 단계"]');
const room = (page, name) => page.getByRole('button', { name, exact: true }).first();
const queue = (page) => page.getByRole('region', { name: '오늘의 대기열' });

/** Answers the question in hand, then goes on to the next. */
async function answer(page, words, more = async () => {}) {
  await page.getByRole('textbox', { name: '상대방의 표현 그대로' }).fill(words);
  await more(page);
  await page.keyboard.press('Alt+KeyJ');
}

test('from a talk in Korean to the offer', { timeout: 240_000 }, async (t) => {
  const { api, page } = at;
  let broken = false;
  const step = (name, body) =>
    t.test(name, { skip: broken && 'a step before it failed' }, async () => {
      broken = true;
      await withEvidence(`nurturing ${name}`, at, body);
      broken = false;
    });

  await step('a track is begun and takes whoever fits by itself', async () => {
    await page.goto('/rooms/nurturing?tab=tracks');
    await page.getByRole('button', { name: '트랙 시작' }).first().click();
    await page.getByRole('menuitem', { name: '진행 중인 거래' }).click();
    await page.getByRole('button', { name: / 설정$/ }).click();
    await page.getByText('조건에 맞는 사람은 자동으로 들어옴').click();
    await looked(page, 'track');
    await send(page, page.locator('form').filter({ hasText: '연락 간격' }), '저장', { method: 'PUT', path: /\/tracks\// });
    await page.getByText(/자동으로 들어옴$/).waitFor();
  });

  await step('a file is put into the library, and its link opens for whoever is given it', async () => {
    await page.goto('/rooms/nurturing?tab=content');
    await page.getByRole('button', { name: '콘텐츠 추가' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByText('파일', { exact: true }).first().click();
    await field(form, '제목').fill('결산 사례집');
    const file = { name: '결산 사례집.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 a story') };
    await form.locator('input[type=file]').setInputFiles(file);
    const link = await form.getByRole('link', { name: '파일 열기' }).getAttribute('href');
    await looked(page, 'file');
    await send(page, form, '저장', { method: 'POST', path: /\/content$/ });
    await page.getByText('결산 사례집', { exact: true }).waitFor();
    await looked(page, 'library');
    const answer = await fetch(link);
    assert.equal(answer.headers.get('content-type'), 'application/pdf');
    assert.equal(await answer.text(), '%PDF-1.7 a story');
  });

  await step('a talk is begun from the deal and answered by keyboard', async () => {
    await page.goto(`/deals/${at.first}`);
    await room(page, '자격 확인').click();
    await room(page, '대화 시작').click();
    const dialog = page.getByRole('dialog');
    await choose(page, dialog, '질문 목록', 'BANT');
    await dialog.getByText('화상', { exact: true }).click();
    await looked(page, 'start-talk');
    await dialog.getByRole('button', { name: '시작', exact: true }).click();
    await page.waitForURL('**/cockpit/**');
    await page.getByRole('heading', { level: 1, name: 'BANT' }).waitFor();
    await answer(page, '보고가 3주 뒤에야 나와요', () => field(page, '한 문장으로').fill('보고가 3주 뒤에 나옴'));
    await answer(page, '다들 엑셀 하나에 적어요', () => field(page, '한 문장으로').fill('엑셀로 취합'));
    await answer(page, '사흘 안에 마감하고 싶어요', () => field(page, '한 문장으로').fill('사흘 마감'));
    await answer(page, '대표님도 매달 화를 내세요', async () => {
      await field(page, '미치는 영향').fill('매달 결산이 3주 늦음');
      await field(page, '맡은 사람').fill('재무팀장');
    });
    await answer(page, '예산은 받아 두었어요', () => choose(page, page, '예산', '승인됨'));
    await answer(page, '제가 결정합니다', async () => {
      await choose(page, page, '누구', theirs.name);
      await choose(page, page, '역할', '결정권자');
    });
    const soon = new Date(Date.now() + 30 * 86_400_000);
    await answer(page, '다음 달 감사 전에 꼭 필요해요', async () => {
      await field(page, '희망 시점').fill(soon.toLocaleDateString('ko-KR'));
      await field(page, '그날인 이유').fill('외부 감사');
    });
    await page.getByText('저장됨').waitFor();
    await looked(page, 'cockpit');
    await page.getByRole('button', { name: '마치기' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '마치기' }).click();
    await page.waitForURL(`**/deals/${at.first}`);
  });

  await step('the answers stand in the fields and open the gate', async () => {
    await room(page, '자격 확인').click();
    await page.getByText('보고가 3주 뒤에 나옴').first().waitFor();
    await until('the gate is open', async () =>
      (await api.get(`/deals/${at.first}/gate`)).checks.every((one) => one.verdict === 'met'),
    );
    await looked(page, 'qualified');
    await nextStep(page).getByRole('button', { name: '다음 단계로' }).click();
    await stage(page, '관계 육성').waitFor();
  });

  await step('another deal does not fit, and its reason is kept', async () => {
    await page.goto(`/deals/${at.second}`);
    await room(page, '자격 확인').click();
    await page.getByRole('button', { name: '판단하기' }).click();
    const form = section(page, '판단');
    await form.getByText('맞지 않음', { exact: true }).click();
    await choose(page, form, '맞지 않는 점', '예산 없음');
    await choose(page, form, '상대방에게 알렸나요?', '예, 직접 또는 전화로');
    await looked(page, 'decide');
    await send(page, form, '부적격 처리', { method: 'POST', path: /\/decisions$/ });
    await form.getByText(/예산 없음/).waitFor();
    await page.goto('/rooms/qualification?tab=fit');
    await page.getByText('1', { exact: true }).first().waitFor();
    await looked(page, 'fit');
  });

  await step('the first one has joined the track', async () => {
    await page.goto('/rooms/nurturing?tab=tracks');
    await page.getByRole('button', { name: '1명' }).click();
    await page.getByRole('link', { name: new RegExp(theirs.name) }).waitFor();
    await looked(page, 'joined');
  });

  await step('strong interest is seen and heads Today', async () => {
    await page.goto(`/deals/${at.first}`);
    await room(page, '인지').click();
    const signals = section(page, '관심 신호');
    await choose(page, signals, '신호', '연락 요청');
    await field(signals, '무엇을 보았나요').fill('감사 전에 시작할 수 있는지 전화로 물음');
    await send(page, signals, '추가', { method: 'POST', path: /\/signals$/ });
    await signals.getByText('관심이 뜨겁습니다', { exact: false }).waitFor();
    await looked(page, 'signals');
    await page.goto('/today');
    const row = queue(page).getByRole('button').first();
    await row.getByText(/^관심도 [4-9]\d$/).waitFor();
    assert.match(await row.innerText(), new RegExp(first));
    await looked(page, 'today');
  });

  await step('Today leads to the deal, and the deal jumps to the offer', async () => {
    await queue(page).getByRole('button').first().click();
    await page.getByRole('button', { name: '열기', exact: true }).click();
    await page.waitForURL(`**/deals/${at.first}**`);
    await room(page, '인지').click();
    await page.getByRole('button', { name: '급합니다: 바로 제안으로' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/감사 전에/).waitFor();
    await looked(page, 'jump');
    await dialog.getByRole('button', { name: '바로 제안으로' }).click();
    await stage(page, '제안').waitFor();
    assert.deepEqual(page.complaints, []);
  });
});
