// A workspace with something to show on every page, filled through the API.
import { readFileSync } from 'node:fs';
import { fixture } from './place.mjs';
import { makeTwins } from './twins.mjs';
import { until } from './wait.mjs';

const criteria = [
  { field: 'industry', test: { type: 'choice', accepts: ['medical', 'retail'] }, role: { type: 'weight', half: 'to_us', weight: 6 } },
  { field: 'employees', test: { type: 'range', from: 100, to: 2000 }, role: { type: 'weight', half: 'to_them', weight: 5 } },
];

async function importAccounts(api) {
  const form = new FormData();
  form.set('kind', 'company');
  form.set('file', new Blob([readFileSync(fixture('accounts.csv'))], { type: 'text/csv' }), 'accounts.csv');
  const made = await api.post('/imports', form);
  await api.post(`/imports/${made.id}/start`, { dry_run: false });
  await until('the import to be done', async () => (await api.get(`/imports/${made.id}`)).state === 'done');
  return made.id;
}

async function publishProfile(api) {
  const profile = await api.post('/icp-profiles', { name: 'Clinics and shops', criteria });
  await api.post(`/icp-profiles/${profile.id}/publish`, {});
  await until('every company to be graded', async () => {
    const [all, graded] = await Promise.all([
      api.get('/companies/count'),
      api.get('/companies/count?where=icp_grade.filled'),
    ]);
    return all.count > 0 && all.count === graded.count;
  });
  return profile.id;
}

async function makeDeal(api, company, index) {
  const person = await api.post('/people', {
    family_name: ['Moreau', 'Kim', 'Okafor', 'Sato'][index % 4],
    given_name: ['Claire', 'Minji', 'Ada', 'Yui'][index % 4],
    title: 'Head of operations',
    company_id: company.id,
    email: `person${index}@company${index}.test`,
  });
  const deal = await api.post('/deals', {
    name: `${company.name} scheduling`,
    company_id: company.id,
    value: { minor: 1_200_000 + index * 50_000, currency: 'USD' },
    why_them: 'They opened two sites this year.',
  });
  await api.put(`/deals/${deal.id}/people/${person.id}`, { roles: ['decision_maker'], evidence: 'signs the contracts' });
  const about = { deal_id: deal.id, company_id: company.id, person_id: person.id };
  await api.post('/activities', { ...about, kind: 'call', outcome: 'intended', body: 'Talked about plans', duration_seconds: 300, two_way: true });
  await api.post('/activities', { ...about, kind: 'note', body: 'Interested in a trial' });
  await api.post('/tasks', { ...about, title: 'Send the summary', due_on: new Date().toISOString().slice(0, 10) });
  return { deal, person };
}

/** Moves a deal on with reasons until it stands in the stage. */
export async function moveTo(api, deal, stage) {
  for (;;) {
    const now = await api.get(`/deals/${deal}`);
    if (now.stage === stage) return;
    const { checks } = await api.get(`/deals/${deal}/gate`);
    const open = checks.filter((check) => check.verdict !== 'met');
    const reasons = Object.fromEntries(open.map((check) => [check.key, 'known from before']));
    const kind = open.length > 0 ? 'advance_forced' : 'advance';
    await api.post(`/deals/${deal}/move`, { kind, reasons });
  }
}

async function fillRooms(api, deal) {
  const at = (path) => `/deals/${deal}/${path}`;
  await api.put(at('research'), {
    items: [{ kind: 'what_they_do', text: 'Run laboratories', source: 'https://betasoloin.test' }],
  });
  await api.post(at('findings'), { kind: 'challenge', summary: 'Plans by hand', words: 'Two days a week', priority: 1 });
  await api.post(at('bant/need'), { rating: 2, kind: 'conversation', quote: 'We need it now' });
  await api.post(at('value-touches'), { kind: 'help', title: 'A template' });
  await api.post(at('objections'), { stated: 'It costs more than the sheet', stated_kind: 'price_value' });
}

/** Texts for mails, and pieces at two places of their way. */
async function writeAndPost(api, person) {
  const texts = { en: '{{ person.given_name }}, at a clinic like yours planning took two days a week.', ko: '비슷한 병원에서 계획에 매주 이틀이 걸렸습니다.' };
  await api.post('/snippets', { key: 'planning_by_hand', name: 'Two days a week', kind: 'story', texts, pains: ['planning by hand', '수작업 계획'] });
  await api.post('/snippets', { key: 'who_we_are', name: 'Who we are', kind: 'text', texts: { en: 'We plan shifts.' } });
  const card = { kind: 'postcard', headline: 'For you', personality: 'By hand', unique_value: 'Your figures', cost: { minor: 250, currency: 'USD' } };
  const sent = await api.post('/pieces', { person_id: person, form: card, body: 'How do you plan today?', goal: 'A talk' });
  await api.post('/pieces/move', { ids: [sent.id], state: 'sent' });
  await api.post('/pieces', { person_id: person, form: { kind: 'brochure' }, body: 'All about us' });
}

/** A form, and somebody who was passed on by another system. */
async function openForm(api) {
  const text = (en, ko) => ({ en, ko });
  const form = await api.post('/lead-forms', {
    name: 'Contact',
    texts: { title: text('Talk to us', '문의하기'), intro: text('', ''), button: text('', ''), thanks: text('', '') },
    fields: [{ field: 'person.email' }, { field: 'company.name' }, { field: 'message', required: true }],
    consent: { text: text('I agree to be contacted.', '연락에 동의합니다.'), required: true },
  });
  await api.post('/leads', {
    person: { name: 'Noor Haddad', email: 'noor@haddad.test' },
    company: { name: 'Haddad Trading' },
    message: 'How long does it take to set up?',
    source: 'Fair',
    consent: { text: 'I agree to be contacted.' },
  });
  return form.id;
}

/** A source of values that is set up and not switched on. */
async function addSource(api) {
  const content = {
    name: 'Acme Data',
    source: 'http',
    on: 'company',
    request: {
      url: 'https://api.example.com/companies?domain={{ domain }}',
      headers: [{ name: 'Authorization', value: 'Bearer {{ secret.key }}' }],
    },
    mapping: [{ from: '/company/size', to: 'employees', transform: 'number', confidence: 0.8 }],
  };
  return (await api.post('/enrichment-providers', { content, secrets: { key: 'a key' } })).id;
}

/** A product, a published price book, and an offer of two packages with a discount, in the making. */
async function addOffer(api, deal) {
  const tax = { kind: 'rate', bp: 1000 };
  const product = { code: 'SEAT', name: { en: 'Planning, one seat', ko: '계획 관리 1석' }, unit: 'seat', tax };
  const { id } = await api.post('/products', { content: product });
  const item = { product_id: id, period: 'monthly', minor: 9000, floor_minor: 7000, tiers: [{ from: '10', minor: 8000 }] };
  const book = await api.post('/price-books', { name: 'List prices', currency: 'USD', items: [item] });
  const { id: version } = await api.post(`/price-books/${book.id}/publish`);
  const line = { product_id: id, text: 'Planning', quantity: '12', tax, discount_bp: 500 };
  const training = { text: 'Training', unit_minor: 40_000, mandatory: false, tax };
  const offer = await api.post(`/deals/${deal}/offers`, {
    title: 'Planning for both sites',
    price_book_version: version,
    discount_reason: 'They stay for two years',
    packages: [
      { name: 'Good', lines: [line] },
      { name: 'Better', recommended: true, lines: [line, training] },
    ],
    sections: [{ title: 'What we heard', body: 'Plans are made by hand.' }],
    results: [{ what: 'Time to plan a week', number: '5', unit: 'hours less', source: 'Workshop' }],
  });
  return { offer: offer.id, book: book.id };
}

/** Companies, a published profile, deals in every stage, and work in the rooms. Gives the ids that pages need. */
export async function fillWorkspace(api) {
  const oneImport = await importAccounts(api);
  const profile = await publishProfile(api);
  const stages = ['prospecting', 'outreach', 'qualification', 'nurturing', 'offer', 'objections', 'closing'];
  const { items: companies } = await api.get('/companies?limit=20&sort=name');
  const made = [];
  for (const [index, stage] of stages.entries()) {
    const one = await makeDeal(api, companies[index], index);
    await moveTo(api, one.deal.id, stage);
    made.push(one);
  }
  const last = made.at(-1);
  await fillRooms(api, last.deal.id);
  await api.post('/custom-fields', { on: 'company', key: 'fleet', label: { en: 'Fleet', ko: '차량' }, kind: 'number' });
  await makeTwins(api);
  await writeAndPost(api, last.person.id);
  const form = await openForm(api);
  const source = await addSource(api);
  const { offer, book } = await addOffer(api, last.deal.id);
  return { company: companies.at(6).id, person: last.person.id, deal: last.deal.id, profile, oneImport, form, source, offer, book };
}
