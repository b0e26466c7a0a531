// Whom to talk to and by which way, seen in the rows of lists, and the questionnaire that leads to a profile.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { axe, seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const pictures = path.join(out, 'advisor');
const at = {};

/** Two companies of different fit with people who can be reached by different ways. */
async function fillMarket(api) {
  const criteria = [
    { field: 'industry', test: { type: 'choice', accepts: ['medical'] }, role: { type: 'weight', half: 'to_us', weight: 6 } },
    { field: 'employees', test: { type: 'range', from: 50, to: 500 }, role: { type: 'weight', half: 'to_us', weight: 6 } },
    { field: 'country', test: { type: 'choice', accepts: ['KR'] }, role: { type: 'weight', half: 'to_them', weight: 4 } },
  ];
  const [profile] = await api.get('/icp-profiles');
  await api.patch(`/icp-profiles/${profile.id}`, { criteria });
  await api.post(`/icp-profiles/${profile.id}/publish`, {});
  const clinic = await api.post('/companies', { name: 'Hanbit Clinics', industry: 'medical', employees: 220, country: 'KR' });
  const shop = await api.post('/companies', { name: 'Small Shop', industry: 'retail', employees: 12, country: 'US' });
  const people = [
    { name: 'Minji Kim', title: 'CEO', company_id: clinic.id, email: 'minji@hanbit.test', linkedin_url: 'https://www.linkedin.com/in/minji' },
    { name: 'Ada Okafor', title: 'Head of operations', company_id: clinic.id, email: 'ada@hanbit.test', preferred_channel: 'email' },
    { name: 'Yui Sato', title: 'Owner', company_id: shop.id, phone: '+1 212 555 0100' },
    { name: 'Claire Moreau', title: 'Buyer', company_id: shop.id, email: 'claire@shop.test', do_not_contact: ['all'] },
  ];
  const made = await Promise.all(people.map((person) => api.post('/people', person)));
  // Nobody draws lots: what is advised is what is usual.
  await api.patch('/workspace', { settings: { channel_try_percent: 0 } });
  // In Korea nobody gets mail they did not agree to.
  const asked = made.filter((person) => person.company_id === clinic.id).map((person) => person.id);
  await api.post('/consents', { person_ids: asked, kind: 'consent', how: 'At a fair', wording: 'You may send me mails.' });
  await until('all to be graded', async () => (await api.get('/companies/count?where=icp_grade.filled')).count === 2);
  return { profile: profile.id, clinic: clinic.id };
}

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp();
  at.made = await fillMarket(at.api);
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url, cookie: at.api.cookie });
});

after(cleanUp);

const picture = (page, name) => page.screenshot({ path: path.join(pictures, `${name}.png`) });

function step(name, body) {
  test(name, { timeout: 60_000 }, () =>
    withEvidence(name, at, async () => {
      at.page.complaints.length = 0;
      await body(at.page, at.api);
      assert.deepEqual(at.page.complaints, []);
    }),
  );
}

step('R7: a row of people shows grade, reasons and channel, and why in a tooltip', async (page) => {
  await page.goto('/people');
  const row = (name) => page.getByRole('row').filter({ hasText: name });
  await row('Minji Kim').getByText('E-mail', { exact: true }).waitFor();
  await row('Minji Kim').getByText(/^Industry: medical/).first().waitFor();
  const minji = await row('Minji Kim').innerText();
  for (const text of ['A', 'Industry: medical', 'E-mail']) assert.ok(minji.includes(text), `${text} in ${minji}`);
  await row('Yui Sato').getByText('Phone', { exact: true }).waitFor();
  await row('Claire Moreau').getByText('No way').waitFor();
  await row('Minji Kim').getByText('E-mail', { exact: true }).hover();
  const tooltip = page.getByRole('tooltip');
  await tooltip.getByText(/Product assumption/).waitFor();
  assert.match(await tooltip.innerText(), /Proposed way: LinkedIn → E-mail/);
  await picture(page, 'people');
  assert.deepEqual(axe && (await seriousFaults(page)), axe && []);
  await page.goto('/companies');
  await page.getByRole('row').filter({ hasText: 'Hanbit Clinics' }).getByText(/Industry: medical/).first().waitFor();
  await picture(page, 'companies');
  await page.goto(`/companies/${at.made.clinic}`);
  await page.getByText('E-mail', { exact: true }).first().waitFor();
  await picture(page, 'company');
});

step('R9: the questionnaire is answered by keyboard, kept as one goes, and gives criteria', async (page, api) => {
  await page.goto(`/icp/${at.made.profile}/questions`);
  await page.locator('#question-industries').focus();
  await page.keyboard.type('medical');
  await page.keyboard.press('Enter');
  await page.keyboard.type('retail');
  await page.keyboard.press('Control+Enter');
  const employees = page.getByRole('textbox', { name: 'How many employees do they have?' });
  await until('the next question to have the focus', () => employees.evaluate((e) => e === document.activeElement));
  await page.keyboard.type('50-500');
  await page.keyboard.press('Enter');
  await page.getByText('2 of 30 answered').waitFor();
  await page.getByRole('button', { name: 'Which problems do they have, in their words?' }).click();
  await page.keyboard.type('waiting lists');
  await page.keyboard.press('Control+Enter');
  await page.getByText('3 of 30 answered').waitFor();
  const kept = await api.get(`/icp-profiles/${at.made.profile}/questionnaire`);
  const words = (key) => kept.questions.find((one) => one.key === key).answer.words;
  assert.deepEqual([words('industries'), words('problems')], [['medical', 'retail'], ['waiting lists']]);
  await page.getByRole('textbox', { name: 'How many years do they stay?' }).fill('long');
  await page.getByRole('textbox', { name: 'What margin is left, in per cent?' }).focus();
  await page.getByText('Write a number or a span', { exact: false }).waitFor();
  page.complaints.length = 0; // the browser notes the 422
  await picture(page, 'questions');
  assert.deepEqual(axe && (await seriousFaults(page)), axe && []);
  await page.getByRole('button', { name: 'Finish: make criteria' }).click();
  await page.getByRole('heading', { level: 1, name: 'Ideal customer profile' }).waitFor();
  await page.getByText('3 criteria made', { exact: false }).waitFor();
  await picture(page, 'criteria');
});

for (const [locale, colorScheme, width, height] of [
  ['ko', 'dark', 1440, 900],
  ['ko', 'light', 390, 844],
  ['en', 'dark', 390, 844],
]) {
  step(`the same in ${locale}, ${colorScheme}, ${width} wide`, async (page, api) => {
    await api.patch('/me', { locale });
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    for (const [name, address] of [
      ['people', '/people'],
      ['companies', '/companies'],
      ['questions', `/icp/${at.made.profile}/questions`],
    ]) {
      await page.goto(address);
      await page.getByText(name === 'questions' ? /30/ : /Hanbit Clinics/).first().waitFor();
      if (name === 'people') await page.getByText(locale === 'ko' ? '이메일' : 'E-mail', { exact: true }).first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      assert.ok(!wide, `${name} scrolls sideways`);
      await picture(page, `${name}.${locale}.${colorScheme}.${width}`);
    }
  });
}
