// Enrichment: a source is set up, tried out and switched on; a record is enriched, proposals are decided by keyboard
// and taken back; many are enriched at once until the quota ends. Pictures are kept in e2e/out/enrichment.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { axe, seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { find } from './lib/forms.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { DataService } from './lib/source.mjs';
import { until } from './lib/wait.mjs';

const at = {};
const pictures = path.join(out, 'enrichment');

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.service = await DataService.start({
    'hanbit.test': { size: '120', sector: 'Medical software', place: { city: 'Seoul' }, stack: ['Rust', 'PostgreSQL'] },
    'corden.test': { size: '60', sector: 'Laboratories' },
    'lumen.test': { size: 12 },
    'north.test': { size: 30 },
  });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp();
  const make = async (name, domain, more) => (await at.api.post('/companies', { name, domain, ...more })).id;
  at.hanbit = await make('Hanbit Soft', 'hanbit.test', { employees: 90, city: 'Busan', website: `${at.service.url}/` });
  for (const name of ['Corden', 'Lumen', 'North']) await make(name, `${name.toLowerCase()}.test`);
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url, cookie: at.api.cookie });
});

after(cleanUp);

function step(name, body) {
  test(name, { timeout: 90_000 }, () =>
    withEvidence(name, at, async () => {
      await body(at.page, at.api);
      assert.deepEqual(at.page.complaints, []);
    }),
  );
}

function picture(page, name) {
  return page.screenshot({ path: path.join(pictures, `${name}.png`) });
}

function enrichment(api) {
  return api.get(`/companies/${at.hanbit}/enrichment`);
}

step('a source is set up and tried out on one record before it is switched on', async (page, api) => {
  await page.goto('/rooms/prospecting?tab=enrichment');
  await page.getByRole('link', { name: /Company website/ }).waitFor();
  await picture(page, 'sources');
  await page.getByRole('button', { name: 'New source' }).click();
  await page.getByRole('heading', { level: 1, name: 'New source' }).waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Acme Data');
  await page.getByLabel('Address').fill(`${at.service.url}/companies/{{ domain }}`);
  await page.getByRole('button', { name: 'Add header' }).click();
  await page.getByLabel('Name of the header').fill('Authorization');
  await page.getByLabel('Value of the header').fill('Bearer {{ secret.key }}');
  await page.getByLabel('Secret “key”').fill('s3cret');
  await page.getByLabel('In the answer').fill('/size');
  await find(page, page, 'Companies', 'Hanbit Soft');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await page.getByText('Answered in').waitFor();
  await page.getByText('proposed', { exact: true }).waitFor();
  assert.ok(!(await page.content()).includes('Bearer s3cret'));
  await picture(page, 'trial');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Source saved').waitFor();
  const [, made] = await api.get('/enrichment-providers');
  await api.put(`/enrichment-providers/${made.id}`, { content: at.service.content() });
  at.source = made.id;
});

step('a record is enriched, and each value says where it comes from', async (page, api) => {
  await page.goto(`/companies/${at.hanbit}`);
  await page.getByRole('button', { name: 'Enrich', exact: true }).click();
  await page.getByText(/Acme Data, now/).first().waitFor();
  await until('both sources to have answered', async () => {
    const { runs } = await enrichment(api);
    return runs.length === 2 && runs.every((run) => run.state === 'done');
  });
  await page.getByText('2 values differ').waitFor();
  await page.getByText('Technologies:').first().waitFor();
  await until('what was filled in to show', async () => page.getByText('Medical software').first().isVisible());
  await picture(page, 'record');
  assert.deepEqual(axe && (await seriousFaults(page)), axe && []);
});

step('proposals are accepted and rejected by one key, and taken back', async (page, api) => {
  const company = () => api.get(`/companies/${at.hanbit}`);
  await page.keyboard.press('y');
  await page.getByText('Value accepted').waitFor();
  assert.equal((await company()).city, 'Seoul');
  await page.getByText('1 value differs').waitFor();
  await page.keyboard.press('x');
  await page.getByText('Value rejected').waitFor();
  assert.equal((await company()).employees, 90);
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByText('1 value differs').waitFor();
  await page.getByRole('button', { name: 'Accept: Employees' }).click();
  await until('it to be written', async () => (await company()).employees === 120);
});

step('many are enriched at once until the quota ends, and the job says when it goes on', async (page) => {
  await page.goto('/companies');
  await page.getByRole('checkbox').first().click();
  await page.getByRole('button', { name: 'Enrich', exact: true }).click();
  await page.getByRole('dialog').getByText('The calls of the day are used up.').waitFor();
  await page.getByRole('dialog').getByText(/Goes on/).waitFor();
  await picture(page, 'bulk');
  await page.keyboard.press('Escape');
  await page.goto('/rooms/prospecting?tab=enrichment');
  await page.getByText(/3 of 3 calls today/).waitFor();
  await page.getByText('The calls of the day are used up.').waitFor();
  await picture(page, 'sources-waiting');
  await page.getByRole('button', { name: 'Cancel' }).first().click();
  await until('the job to be cancelled', async () =>
    (await at.api.get('/jobs')).filter((job) => job.kind === 'enrich').every((job) => job.state !== 'queued'));
});

step('everything can be read in Korean, in the dark and on a phone', async (page, api) => {
  await api.post('/enrichment/decide', {
    ids: (await enrichment(api)).values.filter((one) => one.field === 'employees').map((one) => one.id),
    decision: 'reopen',
  });
  await api.patch('/me', { locale: 'ko' });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`/companies/${at.hanbit}`);
  await page.getByText('다른 값 1개').waitFor();
  await picture(page, 'record-ko-dark');
  await page.goto(`/enrichment-sources/${at.source}`);
  await page.getByText('시험해 보기').waitFor();
  await page.screenshot({ path: path.join(pictures, 'source-ko-dark.png'), fullPage: true });
  assert.deepEqual(axe && (await seriousFaults(page)), axe && []);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/companies/${at.hanbit}`);
  await page.getByRole('tab', { name: '다음 단계' }).click();
  await page.getByText('다른 값 1개').waitFor();
  await picture(page, 'record-ko-phone');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.ok(!wide, 'nothing scrolls sideways');
});
