// Stage 1 as a newcomer walks it: a list is mapped by hand, questions become a profile, a duplicate is merged by
// keyboard and taken back, and a territory gives companies their owners.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { axe, seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { createOwner, nobodyYet, owner, publish, startImport, upload } from './lib/journey/beginning.mjs';
import { bothThere, pairInHand, press, queue, undoFromHistory } from './lib/journey/duplicates.mjs';
import * as prospecting from './lib/journey/prospecting.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const pictures = path.join(out, 'prospecting');
const twins = ['Hanbit Clinics', 'Hanbit Clinic'];
const second = 'Sora Lim';
const at = {};

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.server = await Server.start();
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url });
  at.api = new Api(at.server.url);
  await createOwner(at.page);
  const cookies = await at.page.context().cookies();
  at.api.cookie = cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
});

after(cleanUp);

let broken = false;

/** A step the next ones stand on; what it leaves on the screen is kept as a picture and looked at for faults. */
function step(name, picture, body) {
  test(name, { timeout: 60_000 }, async (t) => {
    if (broken) return t.skip('a step before it failed');
    broken = true;
    await withEvidence(`prospecting ${picture}`, at, async () => {
      await body(at.page, at.api);
      await look(picture);
      assert.deepEqual(at.page.complaints.filter((one) => !nobodyYet.test(one)), []);
    });
    broken = false;
  });
}

async function look(picture) {
  await at.page.screenshot({ path: path.join(pictures, `${picture}.png`) });
  if (axe) assert.deepEqual(await seriousFaults(at.page), [], picture);
}

const row = (page, name) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });

const idOf = async (api, name) => (await api.get('/companies?limit=50')).items.find((one) => one.name === name).id;

step('companies are imported with a mapping made by hand, and the refused row says why', 'imported', async (page, api) => {
  await page.goto('/imports');
  await upload(page, prospecting.companies, twins[1]);
  for (const [header, target] of [
    ['Firm', 'Name'],
    ['Kind of work', 'Industry'],
    ['Heads', 'Employees'],
    ['Town', 'City'],
    ['Shift system', 'New custom field'],
    ['Our remark', 'Not imported'],
  ]) {
    await prospecting.mapColumn(page, header, target);
  }
  await look('mapping');
  const counts = await startImport(page);
  assert.deepEqual(counts, { 'Rows read': 7, Created: 6, Updated: 0, Skipped: 0, Refused: 1 });
  const shown = page.getByRole('region', { name: 'The first refused rows' }).getByRole('row').nth(1);
  assert.match(await shown.innerText(), /8\s+Heads\s+plenty\s+.*'plenty' is not a number/);
  const [refused] = await prospecting.refusedRows(page);
  assert.deepEqual([refused.Firm, refused.line, refused.column, refused.value], ['Vague Works', '8', 'Heads', 'plenty']);
  assert.match(refused.reason, /'plenty' is not a number/);
  const clinic = await api.get(`/companies/${await idOf(api, twins[0])}`);
  const { industry, employees, city, custom } = clinic;
  assert.deepEqual([industry, employees, city, custom.shift_system], ['medical', 220, 'Seoul', 'by hand']);
  assert.ok(!JSON.stringify(clinic).includes('met at the fair'), 'what is left out stays out');
});

step('people are imported and stand with their companies', 'people', async (page) => {
  await page.goto('/imports');
  await page.getByText('People', { exact: true }).last().click();
  await upload(page, prospecting.people, 'Minji Kim');
  const counts = await startImport(page);
  assert.deepEqual([counts.Created, counts.Refused], [2, 0]);
  await page.getByRole('link', { name: 'See the records' }).click();
  await row(page, 'Minji Kim').getByText(twins[0], { exact: true }).waitFor();
});

step('questions name what is still open, and their answers become criteria', 'criteria', async (page) => {
  await page.goto('/rooms/prospecting?tab=icp');
  await page.getByRole('button', { name: 'Begin with questions' }).click();
  await page.getByRole('heading', { level: 1, name: 'Questions to the ideal customer' }).waitFor();
  const open = (ask) => page.getByRole('complementary').getByRole('button', { name: ask });
  await open('In which industries are they?').waitFor();
  await prospecting.answer(page, 'In which industries are they?', 'medical');
  await prospecting.answer(page, 'How many employees do they have?', '100-400');
  await prospecting.answer(page, 'Where are they?', 'KR');
  await page.getByText('3 of 30 answered').first().waitFor();
  assert.equal(await open('In which industries are they?').count(), 0, 'what is answered is not open');
  await open('Which problems do they have, in their words?').waitFor();
  await look('questions');
  await page.getByRole('button', { name: 'Finish: make criteria' }).click();
  await page.getByRole('heading', { level: 1, name: 'Ideal customer profile' }).waitFor();
  for (const name of ['Industry', 'Employees', 'Country']) await page.getByRole('group', { name, exact: true }).waitFor();
});

step('the profile is published, and grades and reasons stand in the list', 'graded', async (page, api) => {
  await page.getByRole('group', { name: 'Country', exact: true }).getByText('Value to them', { exact: true }).click();
  await publish(page, api);
  await page.goto('/companies');
  const best = row(page, twins[0]);
  await best.getByText(/Industry: medical/).first().waitFor();
  await best.getByText('A', { exact: true }).waitFor();
  const grades = Object.fromEntries((await api.get('/companies?limit=50')).items.map((one) => [one.name, one.icp_grade]));
  assert.equal(grades[twins[0]], 'A');
  assert.ok(grades['Nordlicht Logistik'] > 'B', `another industry is no ${grades['Nordlicht Logistik']}`);
});

step('the two that are spelt alike are found and merged by one key', 'merged', async (page, api) => {
  await until('the pair to be found', async () => {
    const overview = await api.get('/duplicates');
    return overview.find((one) => one.kind === 'company').open === 1;
  });
  at.ids = await Promise.all(twins.map((name) => idOf(api, name)));
  await page.goto('/duplicates');
  await pairInHand(page, twins[0]);
  assert.equal((await queue(page)).length, 1);
  await look('pair');
  await press(page, 'm', /\/merge$/);
  await page.getByRole('heading', { name: 'No duplicates to decide' }).waitFor();
  const kept = await Promise.all(at.ids.map((id) => api.get(`/companies/${id}`)));
  at.gone = kept.find((one) => one.merged_into);
  assert.ok(at.gone, 'one of the two went into the other');
});

step('the history of the one that stays takes the merge back', 'apart', async (page, api) => {
  await page.goto(`/companies/${at.gone.id}`);
  await page.waitForURL(`**/companies/${at.gone.merged_into}`);
  await undoFromHistory(page, at.gone.name);
  await bothThere(api, '/companies', at.ids);
  await page.goto('/companies');
  for (const name of twins) await row(page, name).waitFor();
});

step('a territory is drawn, looked at before it counts, and gives companies their owners', 'owned', async (page, api) => {
  const guest = await prospecting.join(api, second, 'sora@stone.test');
  await page.goto('/rooms/prospecting?tab=territories');
  await prospecting.drawTerritory(page, {
    name: 'Korea',
    purpose: 'Hospitals and shops in Korea, in their language',
    countries: ['South Korea'],
    members: [owner.name, second],
  });
  const owned = async (user) => (await api.get(`/companies/count?where=owner_id.eq.${user}`)).count;
  const { user: first } = await api.get('/me');
  await prospecting.dealAnew(page);
  await page.getByText('2 of 4 companies would change hands').waitFor();
  const flows = page.getByRole('table', { name: 'From whom to whom' }).getByRole('row');
  assert.deepEqual((await flows.allInnerTexts())[1].split(/\t/), [owner.name, second, '2']);
  await look('territory');
  assert.equal(await owned(guest.id), 0, 'looking gives nothing away');
  await prospecting.putIntoForce(page, api);
  assert.deepEqual([await owned(first.id), await owned(guest.id)], [4, 2]);
  await page.goto('/companies');
  await row(page, 'Corden Laboratories').getByText(owner.name).waitFor();
  assert.equal(await page.getByRole('row').filter({ hasText: 'South Korea' }).filter({ hasText: second }).count(), 2);
});
