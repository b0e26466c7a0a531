// A discovery talk in Korean: what is typed outlives a killed tab and a killed server, the answers fill the fields, and the
// gate opens. Pictures of the screens are kept in e2e/out/cockpit, to be looked at.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const pictures = path.join(out, 'cockpit');
const at = {};

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp({ locale: 'ko', time_zone: 'Asia/Seoul', country: 'KR', currency: 'KRW' });
  const company = await at.api.post('/companies', { name: '한빛소프트', website: 'https://hanbit.example', employees: 120 });
  const person = await at.api.post('/people', { name: '김민지', email: 'minji@hanbit.example', company_id: company.id });
  const deal = await at.api.post('/deals', { name: '한빛소프트 도입', company_id: company.id });
  await at.api.put(`/deals/${deal.id}/people/${person.id}`, { roles: ['user'] });
  await until('the deal is settled', async () => (await at.api.get(`/deals/${deal.id}/gate`)).checks.length > 0);
  for (const keys of [['icp_scored', 'research_done', 'why_them'], ['conversation_started']]) {
    const reasons = Object.fromEntries(keys.map((key) => [key, 'known']));
    await at.api.post(`/deals/${deal.id}/move`, { kind: 'advance_forced', reasons });
  }
  Object.assign(at, { company, person, deal });
  at.browser = await launch();
});

after(cleanUp);

const met = async (key) =>
  (await at.api.get(`/deals/${at.deal.id}/gate`)).checks.find((one) => one.key === key)?.verdict === 'met';

test('a talk outlives a killed tab and a killed server, and its answers open the gate', async () => {
  const { server, browser, api, deal, person } = at;
  const options = { url: server.url, locale: 'ko-KR', cookie: api.cookie };
  let page = await openPage(browser, options);
  await withEvidence('cockpit', { page, server }, async () => {
    const talk = await api.post(`/deals/${deal.id}/talks`, { kind: 'call', template: 'bant', person_id: person.id });
    await page.goto(`/cockpit/${talk.id}`);
    const words = () => page.getByRole('textbox', { name: '상대방의 표현 그대로' });
    await words().fill('보고가 3주 뒤에야 나와요');
    await page.getByText('저장됨').waitFor();

    // The server dies while somebody types, and so does the tab.
    await server.kill();
    await page.keyboard.press('Alt+KeyJ');
    await words().fill('엑셀로 합니다');
    await page.getByRole('textbox', { name: /메모/ }).fill('목소리가 지쳐 있음');
    await page.getByText('오프라인, 이 기기에 보관 중').waitFor();
    const context = page.context();
    await page.close({ runBeforeUnload: false });
    await server.up();
    page = await context.newPage();
    page.complaints = [];
    await page.goto(`/cockpit/${talk.id}`);
    await page.getByText('저장됨').waitFor();
    const kept = (await api.get(`/talks/${talk.id}`)).cells;
    assert.equal(kept['q.challenge.words'].value, '보고가 3주 뒤에야 나와요');
    assert.equal(kept['q.today.words'].value, '엑셀로 합니다');
    assert.equal(kept.notes.value, '목소리가 지쳐 있음');

    await page.keyboard.press('Alt+KeyJ');
    await page.keyboard.press('Alt+KeyJ');
    await words().fill('이틀 안에 마감하고 싶어요');
    await page.getByText('저장됨').waitFor();
    await page.screenshot({ path: path.join(pictures, 'wide-ko.png') });
    await page.getByRole('button', { name: '마치기' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '마치기' }).click();
    await page.waitForURL(`**/deals/${deal.id}`);
    await until('the gate reads the answers', async () => (await met('discovery_done')) && (await met('two_way_talk')));
    assert.deepEqual(page.complaints, []);
  });
});

test('the cockpit and the frameworks can be used by everybody, wide and narrow, in both languages', async () => {
  const { server, browser, api, deal } = at;
  const framework = (await api.get('/frameworks'))[0];
  await api.post(`/frameworks/${framework.id}/publish`);
  const talk = await api.post(`/deals/${deal.id}/talks`, { kind: 'video', template: 'bant', link: 'https://meet.example/a' });
  const places = {
    talk: `/cockpit/${talk.id}`,
    framework: `/frameworks/${framework.id}`,
    frameworks: '/rooms/qualification?tab=frameworks',
    report: '/rooms/qualification?tab=fit',
    deal: `/deals/${deal.id}`,
  };
  for (const [locale, language] of [['ko-KR', 'ko'], ['en-US', 'en']]) {
    await api.patch('/me', { locale: language });
    for (const [size, width, height] of [['wide', 1440, 900], ['phone', 390, 844]]) {
      const page = await openPage(browser, { url: server.url, locale, width, height, cookie: api.cookie });
      for (const [name, address] of Object.entries(places)) {
        await page.goto(address);
        await page.locator('h1').first().waitFor();
        if (name === 'deal') await page.getByRole('button', { name: language === 'ko' ? '자격 확인' : 'Qualification', exact: true }).first().click();
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: path.join(pictures, `${name}-${size}-${language}.png`) });
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(sideways <= 0, `${name} ${size} scrolls sideways by ${sideways}`);
        assert.deepEqual(await seriousFaults(page), [], `${name} ${size} ${language}`);
      }
      await page.context().close();
    }
  }
});
