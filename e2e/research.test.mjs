// Research: the queue hands out companies, questions are answered by keyboard alone, people are listed, and nobody
// is enrolled before enough is known.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { axe, seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { choose, field, fill, send } from './lib/forms.mjs';
import { press } from './lib/journey/duplicates.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const pictures = path.join(out, 'research');
const at = {};

/** Three companies that fit, the first the best; one field of the workspace's own is asked. */
async function fillMarket(api) {
  const criteria = [
    { field: 'employees', test: { type: 'range', from: 50, to: 500 }, role: { type: 'weight', half: 'to_us', weight: 6 } },
    { field: 'country', test: { type: 'choice', accepts: ['KR'] }, role: { type: 'weight', half: 'to_them', weight: 4 } },
    { field: 'growth_percent', test: { type: 'range', from: 10 }, role: { type: 'weight', half: 'to_us', weight: 3 } },
  ];
  const [profile] = await api.get('/icp-profiles');
  await api.patch(`/icp-profiles/${profile.id}`, { criteria });
  await api.post(`/icp-profiles/${profile.id}/publish`, {});
  const label = { en: 'Plans shifts by', ko: '교대 계획 방식' };
  const options = ['hand', 'sheet', 'software'].map((key) => ({ key, label: { en: `By ${key}`, ko: key } }));
  await api.post('/custom-fields', { on: 'company', key: 'plans_by', label, kind: 'choice', options });
  const rule = { good: { op: 'in', value: ['hand', 'sheet'] } };
  await api.put('/qualifiers/plans_by', { label, on: 'company', field: 'plans_by', rule, required: true });
  const made = [];
  for (const [name, employees, country] of [
    ['Hanbit Clinics', 220, 'KR'],
    ['Corden Instruments', 300, undefined],
    ['Small Shop', 45, 'KR'],
  ]) {
    const sent = { name, employees, country, website: `https://${name.split(' ')[0].toLowerCase()}.test` };
    made.push(await api.post('/companies', sent));
  }
  await until('all to be graded', async () => (await api.get('/companies/count?where=icp_grade.filled')).count === 3);
  return made;
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

const picture = (page, name) => page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: false });

function step(name, body) {
  test(name, { timeout: 60_000 }, () =>
    withEvidence(name, at, async () => {
      await body(at.page, at.api);
      assert.deepEqual(at.page.complaints, []);
    }),
  );
}

/** Types an answer and its source into the open question, and waits for the server. */
async function type(page, text, source) {
  const form = page.getByRole('list', { name: 'What to find out' }).locator('form');
  await form.waitFor();
  await page.keyboard.type(text);
  if (source) {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+a');
    await page.keyboard.type(source);
  }
  await press(page, 'Enter', /\/answers$/);
}

step('the room says how many wait and leads to the queue', async (page) => {
  await page.goto('/rooms/prospecting');
  await page.getByRole('link', { name: /^Needs people\s*\d/ }).waitFor();
  await picture(page, 'room');
  await page.getByRole('link', { name: /^Research\s*\d/ }).click();
  await page.getByRole('heading', { level: 2, name: 'Hanbit Clinics' }).waitFor();
  await picture(page, 'queue');
});

step('questions are answered by keyboard alone, and the score is known at once', async (page, api) => {
  await page.keyboard.press('Enter');
  await type(page, 'Runs twelve clinics', 'https://hanbit.test/about');
  await type(page, 'Opens two sites in Busan', 'https://hanbit.test/news');
  await page.keyboard.press('Escape');
  await picture(page, 'answered');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await type(page, 'Head of nursing');
  await page.keyboard.press('Escape');
  await page.getByText('3 of 3 notes have a source').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('On the research page').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const growth = page.getByRole('listitem').filter({ hasText: 'Growth' });
  await until('growth to be in hand', async () => {
    if (await growth.evaluate((row) => row.hasAttribute('data-chosen'))) return true;
    await page.keyboard.press('j');
    return false;
  });
  await page.keyboard.press('Enter');
  await type(page, '25');
  await page.keyboard.press('Escape');
  const [company] = at.made;
  const kept = await api.get(`/companies/${company.id}/research`);
  assert.equal(kept.company.icp_grade, 'A');
  assert.equal(kept.company.growth_percent, 25);
  assert.equal(kept.sourced, 3);
});

step('a choice has number keys, and the last answer can be undone', async (page, api) => {
  const own = page.getByRole('listitem').filter({ hasText: 'Plans shifts by' });
  await until('the own question to be in hand', async () => {
    if (await own.evaluate((row) => row.hasAttribute('data-chosen'))) return true;
    await page.keyboard.press('j');
    return false;
  });
  await press(page, '2', /\/answers$/);
  await own.getByText('By sheet').waitFor();
  await page.keyboard.press('Escape');
  const undone = page.waitForResponse((r) => r.request().method() === 'DELETE' && r.ok());
  await page.keyboard.press('u');
  await undone;
  await own.getByText('Not known').waitFor();
  await press(page, '1', /\/answers$/);
  await own.getByText('By hand').waitFor();
  await page.keyboard.press('Escape');
  assert.equal((await api.get(`/companies/${at.made[0].id}`)).custom.plans_by, 'hand');
});

step('need, budget, authority and timing are noted from research beside it', async (page) => {
  const aside = page.getByRole('complementary', { name: 'Beside the company' });
  await aside.getByRole('button', { name: 'Rate', exact: true }).first().click();
  const form = aside.locator('form').first();
  await form.getByText('Pressing', { exact: true }).click();
  await fill(form, { 'The words it rests on': 'We lose two days a week' });
  const saved = page.waitForResponse((r) => /\/bant\/need$/.test(r.url()) && r.ok());
  await form.getByRole('button', { name: 'Save' }).click();
  await saved;
  await aside.getByLabel('50% sure').first().waitFor();
  await picture(page, 'bant');
});

step('people are listed with the roles their titles say', async (page, api) => {
  await page.keyboard.press('Escape');
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('p');
  await page.keyboard.type('Kim Minji');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Chief financial officer');
  await page.getByText('Guessed from the title').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type('minji@hanbit.test');
  await picture(page, 'people');
  await press(page, 'Enter', /\/prospects$/);
  await page.getByText('1 person written down').waitFor();
  const { items } = await api.get(`/people?where=company_id.eq.${at.made[0].id}`);
  assert.equal(items.length, 1);
  assert.equal((await api.get(`/companies/${at.made[0].id}`)).needs_people, false);
});

step('done hands out the next company, and skip the one after', async (page) => {
  await page.evaluate(() => document.activeElement?.blur());
  await press(page, 'd', /\/verdict$/);
  await page.getByRole('heading', { level: 2, name: 'Corden Instruments' }).waitFor();
  await page.keyboard.press('x');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await picture(page, 'unfit');
  await page.keyboard.type('They were bought');
  await press(page, 'Enter', /\/verdict$/);
  await page.getByRole('heading', { level: 2, name: 'Small Shop' }).waitFor();
  await dialog.waitFor({ state: 'detached' });
  await press(page, 's', /\/verdict$/);
  await page.getByText('Nothing to research').waitFor();
  await picture(page, 'empty');
});

step('a company shows how far its research is, and leads there', async (page) => {
  await page.goto(`/companies/${at.made[1].id}`);
  await page.getByRole('button', { name: 'Add people' }).waitFor();
  await picture(page, 'company');
  await page.getByRole('link', { name: 'Research', exact: true }).last().click();
  await page.getByText(/Does not fit, says/).waitFor();
  await picture(page, 'desk-unfit');
});

step('whoever is not researched is not enrolled, and the dialog says what is missing and where', async (page, api) => {
  const server = { host: '127.0.0.1', port: 9, security: 'none', username: 'x', password: 'x' };
  const mailbox = await api.post('/mailboxes', { email: 'rep@us.test', from_name: 'Rep', smtp: server, imap: server });
  const steps = [{ subject: 'A question', body: 'Hello, how do you plan today?' }];
  await api.patch('/workspace', { settings: { mail_rules: { KR: { need: 'nothing', reason: 'About research alone' } } } });
  const sequence = await api.post('/sequences', { name: 'First', mailbox_id: mailbox.id, steps });
  await api.post(`/sequences/${sequence.id}/activate`);
  await api.post('/people', { name: 'Ada Small', email: 'ada@small.test', company_id: at.made[2].id });
  await page.goto('/people');
  for (const name of ['Ada Small', 'Kim Minji']) {
    await page.getByRole('row').filter({ hasText: name }).getByRole('checkbox').click();
  }
  await page.getByRole('toolbar').getByRole('button', { name: 'Add to sequence' }).click();
  const dialog = page.getByRole('dialog');
  await fill(dialog, { 'Why them, why now': 'They grow' });
  const answered = page.waitForResponse((r) => /\/enrol$/.test(r.url()) && r.ok());
  await dialog.getByRole('button', { name: 'Add to sequence' }).click();
  await answered;
  await dialog.getByText('1 person was not added').waitFor();
  await dialog.getByText('Ada Small:').waitFor();
  await picture(page, 'refused');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('row').filter({ hasText: 'Kim Minji' }).getByRole('checkbox').click();
  await page.getByRole('toolbar').getByRole('button', { name: 'Add to sequence' }).click();
  await dialog.getByText('Taken from the fit: say it in your own words.').waitFor();
  assert.match(await field(dialog, 'Why them, why now').inputValue(), /Employees: 45/);
  await dialog.getByRole('button', { name: 'Add to sequence' }).click();
  await dialog.getByRole('link', { name: 'Answer them now' }).click();
  await page.getByRole('heading', { level: 2, name: 'Small Shop' }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

step('an administrator makes a qualifier, and the next company is asked for it', async (page, api) => {
  await page.goto('/settings/qualifiers');
  await page.getByText('Good: is any of By hand, By sheet').waitFor();
  await page.getByRole('button', { name: 'New qualifier' }).click();
  await choose(page, page, 'Field', 'Region');
  await page.getByRole('combobox', { name: 'Good when Region' }).fill('Busan');
  await page.keyboard.press('Enter');
  await picture(page, 'qualifier-form');
  await send(page, page, 'Create', { method: 'PUT', path: /\/qualifiers\/region$/ });
  await page.getByText('Good: is any of Busan').waitFor();
  const { questions } = await api.get(`/companies/${at.made[2].id}/research`);
  assert.ok(questions.some((one) => one.key === 'region' && !one.answered));
});

for (const [locale, width, height] of [
  ['ko-KR', 1440, 900],
  ['en-US', 390, 844],
  ['ko-KR', 390, 844],
]) {
  test(`the page reads well in ${locale} at ${width}`, { timeout: 60_000 }, async () => {
    const page = await openPage(at.browser, { url: at.server.url, cookie: at.api.cookie, locale, width, height });
    await at.api.patch('/me', { locale: locale.slice(0, 2) });
    await page.goto(`/research/${at.made[0].id}`);
    await page.getByRole('heading', { level: 2, name: 'Hanbit Clinics' }).waitFor();
    await page.screenshot({ path: path.join(pictures, `desk-${locale}-${width}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `it scrolls sideways by ${wide}`);
    if (axe) assert.deepEqual(await seriousFaults(page), []);
    assert.deepEqual(page.complaints, []);
  });
}
