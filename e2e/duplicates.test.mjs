// Duplicates: found as they come in, decided by keyboard alone, merged from a record and from a list, and taken back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { axe, seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { choose } from './lib/forms.mjs';
import { bothThere, chooseOther, pairInHand, press, queue, staying, undoFromHistory } from './lib/journey/duplicates.mjs';
import { cleanUp } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { makeTwins } from './lib/twins.mjs';
import { until } from './lib/wait.mjs';

const at = {};

before(async () => {
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp();
  at.twins = await makeTwins(at.api);
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url, cookie: at.api.cookie });
});

after(cleanUp);

/** A test that leaves a picture when it fails, and fails when the page complains. */
function step(name, body) {
  test(name, { timeout: 60_000 }, () =>
    withEvidence(name, at, async () => {
      await body(at.page, at.api);
      assert.deepEqual(at.page.complaints, []);
    }),
  );
}

const corden = 'Corden Instruments · Corden Instruments BV';
const hanbit = 'Hanbit Software · Hanbit Software Co., Ltd.';

step('the room says how many pairs wait and leads to them', async (page) => {
  await page.goto('/rooms/prospecting');
  await page.getByRole('link', { name: /^Duplicates\s*3$/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Duplicates' }).waitFor();
  assert.deepEqual((await queue(page)).sort(), ['Corden Instruments', 'Hanbit Software']);
});

step('pairs are decided and taken back by keyboard alone', async (page, api) => {
  await page.goto('/duplicates');
  await until('both pairs to stand in the queue', async () => (await queue(page)).length === 2);
  const [first] = await queue(page);
  const [one, other] = first.startsWith('Corden') ? [corden, hanbit] : [hanbit, corden];
  await pairInHand(page, one);
  await page.keyboard.press('j');
  await pairInHand(page, other);
  await page.keyboard.press('k');
  await pairInHand(page, one);
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Not a duplicate').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await press(page, 'm', /\/merge$/);
  await pairInHand(page, other);
  await page.getByText(`Merged: ${one}`).waitFor();
  await press(page, 'n', /\/reject$/);
  await page.getByRole('heading', { name: 'Find records that mean the same' }).waitFor();
  await press(page, 'u', /\/reopen$/);
  await pairInHand(page, other);
  await press(page, 'u', /\/reopen$/);
  await pairInHand(page, one);
  for (const ids of at.twins.company) await bothThere(api, '/companies', ids);
  await until('both pairs to stand in the queue again', async () => (await queue(page)).length === 2);
});

step('what stays and which value it takes is chosen by keyboard', async (page, api) => {
  const [first, second] = at.twins.company[0];
  await page.goto('/duplicates');
  await until('the pairs to stand in the queue', async () => (await queue(page)).length === 2);
  if (!(await queue(page))[0].startsWith('Hanbit')) await page.keyboard.press('j');
  await pairInHand(page, hanbit);
  const before = await staying(page);
  await page.keyboard.press('s');
  await until('the other one to stay', async () => (await staying(page)) !== before);
  if ((await staying(page)) !== 'Hanbit Software') await page.keyboard.press('s');
  await until('the first one to stay', async () => (await staying(page)) === 'Hanbit Software');
  await chooseOther(page, 'City');
  await press(page, 'm', /\/merge$/);
  const [kept, gone] = await Promise.all([api.get(`/companies/${first}`), api.get(`/companies/${second}`)]);
  assert.equal(gone.merged_into, first);
  assert.deepEqual([kept.name, kept.city, kept.phone], ['Hanbit Software', 'Busan', '+82 2 555 0100']);
  assert.deepEqual(kept.tags, ['partner', 'fair']);
});

step('the address of a merged record leads to the one that stays, whose history takes the merge back', async (page, api) => {
  const [first, second] = at.twins.company[0];
  await page.goto(`/companies/${second}`);
  await page.waitForURL(`**/companies/${first}`);
  await undoFromHistory(page, 'Hanbit Software Co., Ltd.');
  await bothThere(api, '/companies', [first, second]);
  await page.goto(`/companies/${second}`);
  await page.getByRole('article', { name: 'Hanbit Software Co., Ltd.' }).waitFor();
});

for (const colorScheme of ['light', 'dark']) {
  step(`a pair can be read and decided on a phone, ${colorScheme}`, async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme });
    await page.goto('/duplicates');
    await page.getByRole('button', { name: /^Corden Instruments/ }).click();
    await page.getByRole('heading', { level: 1, name: corden }).waitFor();
    await page.getByRole('radiogroup', { name: 'Industry' }).waitFor();
    assert.deepEqual(axe && (await seriousFaults(page)), axe && []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.ok(!wide, 'nothing scrolls sideways');
    await page.getByRole('button', { name: 'All pairs' }).click();
    await page.getByRole('heading', { level: 1, name: 'Duplicates' }).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  });
}

step('a decided pair is decided again from the list of decided ones', async (page, api) => {
  await page.goto('/duplicates?view=decided');
  await page.getByRole('button', { name: 'Decide again' }).click();
  await page.getByRole('heading', { name: 'Nothing decided yet' }).waitFor();
  await until('the pair to be open', async () => (await api.get('/duplicates/company?where=state.eq.open')).items.length === 2);
});

step('a record is merged with one that is looked for', async (page, api) => {
  const [first, second] = at.twins.person[0];
  await page.goto(`/people/${first}`);
  await page.getByRole('button', { name: 'Record actions' }).click();
  await page.getByRole('menuitem', { name: 'Merge with…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge two records' });
  await dialog.getByLabel('Merge with which person?').first().fill('Lindqvist');
  await page.getByRole('option', { name: /^Martha Lindqvist/ }).click();
  await dialog.getByRole('radiogroup', { name: 'Title' }).waitFor();
  assert.deepEqual(axe && (await seriousFaults(page)), axe && []);
  await dialog.getByRole('button', { name: 'Swap which stays' }).click();
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.waitForURL(`**/people/${second}`);
  const person = await api.get(`/people/${second}`);
  assert.deepEqual([person.title, person.emails.length], ['COO', 1]);
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone', { exact: true }).waitFor();
  await bothThere(api, '/people', [first, second]);
});

step('two rows of a list become one', async (page, api) => {
  const [first, second] = at.twins.company[1];
  await page.goto('/companies?q=Corden');
  await page.getByRole('checkbox', { name: 'Select Corden Instruments', exact: true }).click();
  const merge = page.getByRole('toolbar').getByRole('button', { name: 'Merge', exact: true });
  assert.equal(await merge.count(), 0, 'one row cannot be merged');
  await page.getByRole('checkbox', { name: 'Select Corden Instruments BV' }).click();
  await merge.click();
  const dialog = page.getByRole('dialog', { name: 'Merge two records' });
  await dialog.getByRole('radiogroup', { name: 'Industry' }).waitFor();
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone', { exact: true }).waitFor();
  await bothThere(api, '/companies', [first, second]);
});

step('a search merges by itself what it is sure of, but not what was taken apart', async (page, api) => {
  const ids = [];
  for (const name of ['Ostra Optics', 'Ostra Optics Ltd']) {
    ids.push((await api.post('/companies', { name, domain: 'ostra-optics.test', city: 'Brno' })).id);
  }
  await page.goto('/duplicates');
  await page.getByRole('button', { name: 'Merge automatically: off' }).click();
  await choose(page, page, 'Merge automatically', 'from 95%');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Merge automatically: from 95%' }).waitFor();
  await page.getByRole('button', { name: 'Search for duplicates' }).first().click();
  await page.getByText(/^Last search .*: 6 records · 1 pair merged automatically$/).waitFor();
  await until('the others to be left to somebody', async () => (await queue(page)).length === 2);
  await page.getByText('Decided', { exact: true }).click();
  await page.getByRole('region', { name: 'The pair in hand' }).getByText('Sevenfold').waitFor();
  await page.getByRole('button', { name: 'Undo merge' }).click();
  await page.getByRole('heading', { name: 'Nothing decided yet' }).waitFor();
  await bothThere(api, '/companies', ids);
});
