// Companies and people that came in twice, made through the API.
import { until } from './wait.mjs';

export const companies = [
  [
    { name: 'Hanbit Software', domain: 'hanbit-software.test', city: 'Seoul', country: 'KR', employees: 120, tags: ['partner'] },
    { name: 'Hanbit Software Co., Ltd.', domain: 'hanbit-software.test', city: 'Busan', country: 'KR', phone: '+82 2 555 0100', tags: ['fair'] },
  ],
  [
    { name: 'Corden Instruments', domain: 'corden-instruments.test', city: 'Utrecht', industry: 'medical' },
    { name: 'Corden Instruments BV', domain: 'corden-instruments.test', country: 'NL', industry: 'laboratories' },
  ],
];

export const people = [
  [
    { given_name: 'Marta', family_name: 'Lindqvist', email: 'marta.lindqvist@corden-instruments.test', title: 'Head of operations' },
    { given_name: 'Martha', family_name: 'Lindqvist', email: 'marta.lindqvist@corden-instruments.test', phone: '+31 30 555 0102', title: 'COO' },
  ],
];

async function make(api, path, pairs) {
  const made = [];
  for (const pair of pairs) {
    const ids = [];
    for (const one of pair) ids.push((await api.post(path, one)).id);
    made.push(ids);
  }
  return made;
}

/** Makes all of them, waits until they were found, and gives their ids pair by pair. */
export async function makeTwins(api) {
  const made = { company: await make(api, '/companies', companies), person: await make(api, '/people', people) };
  await until('the twins to be found', async () => {
    const overview = await api.get('/duplicates');
    return overview.every((one) => one.open >= made[one.kind].length);
  });
  return made;
}
