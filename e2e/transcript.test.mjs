// A transcript of a Korean talk is dropped, says who speaks, is measured, and what was said becomes findings of the deal.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { choose, fill, section, send } from './lib/forms.mjs';
import { cleanUp, out, root } from './lib/place.mjs';
import { Server } from './lib/server.mjs';

const pictures = path.join(out, 'transcript');
const talks = path.join(root, 'rooms/3-qualification/tests/fixtures/transcripts');
const at = {};

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp({ locale: 'ko', time_zone: 'Asia/Seoul', country: 'KR', currency: 'KRW' });
  const company = await at.api.post('/companies', { name: '한빛소프트', country: 'KR' });
  const person = await at.api.post('/people', { name: '이서연', email: 'seoyeon@hanbit.test', company_id: company.id });
  at.deal = await at.api.post('/deals', { name: '한빛소프트 도입', company_id: company.id });
  await at.api.put(`/deals/${at.deal.id}/people/${person.id}`, { roles: ['user'] });
  const held = { kind: 'meeting', outcome: 'held', body: '첫 미팅', deal_id: at.deal.id, person_id: person.id };
  await at.api.post('/activities', held);
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url, locale: 'ko-KR', cookie: at.api.cookie });
});

after(cleanUp);

async function looked(page, name) {
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
  assert.deepEqual(await seriousFaults(page), [], name);
}

test('a transcript becomes figures and findings, each with its second', { timeout: 120_000 }, async () => {
  const { page, api, deal } = at;
  await withEvidence('transcript', at, async () => {
    await page.goto(`/deals/${deal.id}`);
    await page.getByRole('button', { name: '자격 확인', exact: true }).first().click();
    await page.getByRole('button', { name: '녹취록 추가' }).click();
    const dialog = page.getByRole('dialog');
    await choose(page, dialog, '녹음 동의 방법', '대화 중에 물음');
    await fill(dialog, { '동의한 사람': '이서연' });

    // A file that is none is refused at its line, and nothing that was filled in is lost.
    await dialog.locator('input[type=file]').setInputFiles(path.join(talks, 'own/invalid-no-header.vtt'));
    await dialog.getByRole('button', { name: '보관' }).click();
    await dialog.getByRole('alert').getByText(/번째 줄/).waitFor();
    await looked(page, 'refused');

    await dialog.locator('input[type=file]').setInputFiles(path.join(talks, 'talks/한국어-상담.vtt'));
    await dialog.getByRole('button', { name: '보관' }).click();
    await page.waitForURL('**/talks/*');
    await page.getByRole('heading', { level: 1 }).waitFor();

    // Who speaks: ours and theirs are said the other way round, and the talk is measured anew.
    const speakers = section(page, '화자');
    await choose(page, speakers, '김민수 님은 누구인가요', 'Alex Stone');
    await send(page, speakers, '다시 계산', { method: 'PUT', path: /\/speakers$/ });
    await page.getByText('47%').first().waitFor();
    await looked(page, 'talk');

    const offered = section(page, '남길 만한 말');
    const kept = page.waitForResponse((r) => r.request().method() === 'POST' && /\/accept$/.test(r.url()) && r.ok());
    await offered.getByRole('button', { name: '남기기' }).first().click();
    await kept;
    await offered.getByText('남김').first().waitFor();
    const findings = await api.get(`/deals/${deal.id}/findings`);
    assert.equal(findings.length, 1);

    // The finding on the deal leads back to the second at which it was said.
    await page.goto(`/deals/${deal.id}`);
    await page.getByRole('button', { name: '자격 확인', exact: true }).first().click();
    await page.locator('a[href*="/talks/"]').first().click();
    await page.waitForURL('**/talks/*');
    await page.setViewportSize({ width: 390, height: 844 });
    await looked(page, 'phone');
    assert.deepEqual(page.complaints.filter((one) => !/422/.test(one)), []);
  });
});
