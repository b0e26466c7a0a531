// Every page of the rail and of the settings, in both languages, wide and narrow: nothing complains, no key
// stands where a text should, nothing scrolls sideways on a phone, and axe finds nothing serious.
// The pictures are kept in e2e/out/pages, to be looked at.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { axe, seriousFaults } from './lib/axe.mjs';
import { launch, openPage } from './lib/browser.mjs';
import { fillWorkspace } from './lib/filled.mjs';
import { cleanUp, out } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const pictures = path.join(out, 'pages');
const sizes = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'phone', width: 390, height: 844 },
];
const rooms = ['prospecting', 'outreach', 'qualification', 'nurturing', 'offer', 'objections', 'closing'];
const sections = ['profile', 'appearance', 'sessions', 'tokens', 'workspace', 'members', 'fields', 'qualifiers', 'mailboxes', 'mail_laws', 'meetings'];
const keyLike = /^[a-z]+(\.[a-z_]+)+$/;
/** Rules the screens still break: told by each run, and to be taken out of here once they hold. */
const owed = [];
/** Our own data that looks like a key. */
const ours = ['accounts.csv', 'haddad.test'];

const at = {};

/** Addresses by the name of their picture. */
function addresses({ company, person, deal, profile, oneImport, form, source, offer, book }) {
  return {
    today: '/today',
    inbox: '/inbox',
    'inbox-unmatched': '/inbox?tab=unmatched',
    calls: '/calls',
    'calls-hours': '/calls?tab=hours',
    cycle: '/cycle',
    companies: '/companies',
    people: '/people',
    deals: '/deals',
    company: `/companies/${company}`,
    person: `/people/${person}`,
    deal: `/deals/${deal}`,
    ...Object.fromEntries(rooms.map((room, i) => [`room-${i + 1}-${room}`, `/rooms/${room}`])),
    'room-1-profiles': '/rooms/prospecting?tab=icp',
    'room-1-duplicates': '/duplicates',
    'room-1-duplicate-people': '/duplicates?kind=person',
    'room-1-duplicates-decided': '/duplicates?view=decided',
    'room-1-inbound': '/rooms/prospecting?tab=inbound',
    'lead-form': `/lead-forms/${form}`,
    'room-1-enrichment': '/rooms/prospecting?tab=enrichment',
    'enrichment-source': `/enrichment-sources/${source}`,
    'room-2-sequences': '/rooms/outreach?tab=sequences',
    'room-2-snippets': '/rooms/outreach?tab=snippets',
    'room-2-post': '/rooms/outreach?tab=pieces',
    'room-2-inbox': '/rooms/outreach?tab=inbox',
    'room-3-frameworks': '/rooms/qualification?tab=frameworks',
    'room-3-fit': '/rooms/qualification?tab=fit',
    'room-5-look': '/rooms/offer?tab=look',
    'room-4-content': '/rooms/nurturing?tab=content',
    'room-4-tracks': '/rooms/nurturing?tab=tracks',
    'room-4-clock': '/rooms/nurturing?tab=clock',
    offer: `/deals/${deal}/offers/${offer}`,
    'price-book': `/price-books/${book}`,
    'room-5-catalogue': '/rooms/offer?tab=catalogue',
    'room-5-rules': '/rooms/offer?tab=rules',
    'room-5-report': '/rooms/offer?tab=report',
    'room-6-open': '/rooms/objections?tab=open',
    'room-6-library': '/rooms/objections?tab=library',
    'room-6-early': '/rooms/objections?tab=early',
    'room-7-facts': '/rooms/closing?tab=facts',
    profile: `/icp/${profile}`,
    questionnaire: `/icp/${profile}/questions`,
    learn: '/icp/learn',
    'room-1-territories': '/rooms/prospecting?tab=territories',
    territory: '/territories/new',
    'room-1-research': '/research',
    'room-1-research-company': `/research/${company}`,
    imports: '/imports',
    talks: '/talks',
    import: `/imports/${oneImport}`,
    process: '/process',
    'insight-cohort': '/insight',
    'insight-period': '/insight?view=period',
    ...Object.fromEntries(sections.map((section) => [`settings-${section}`, `/settings/${section}`])),
  };
}

before(async () => {
  mkdirSync(pictures, { recursive: true });
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp();
  at.ids = await fillWorkspace(at.api);
  at.browser = await launch();
});

after(cleanUp);

/** Requests that are under way, but for the live stream, which never ends. */
function watchRequests(page) {
  const under = new Set();
  page.on('request', (request) => !request.url().includes('/api/v1/live') && under.add(request));
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => under.delete(request));
  return under;
}

/** Until no request is under way, no skeleton shows and the heading stands, seen twice in a row. */
async function settled(page, under) {
  let seen = 0;
  await until('the page to be at rest', async () => {
    const whole = () => document.querySelector('h1') && !document.querySelector('.mantine-Skeleton-root');
    const rests = under.size === 0 && (await page.evaluate(whole));
    seen = rests ? seen + 1 : 0;
    return seen === 2;
  });
  await page.evaluate(() => document.fonts.ready.then(() => true));
}

/** Texts that look like the key of a text. Addresses of the web look alike and are no keys. */
async function keysShown(page) {
  const texts = await page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!element || element.closest('script, style, a[href], [data-page-search], code')) continue;
      found.push(node.textContent.trim());
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
      for (const name of ['aria-label', 'placeholder', 'title']) found.push((element.getAttribute(name) ?? '').trim());
    }
    return found;
  });
  return [...new Set(texts.filter((text) => keyLike.test(text) && !ours.includes(text)))];
}

/** How far the page can be scrolled sideways, and what sticks out. */
function overflow(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return null;
    const wide = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > clientWidth + 1);
    const names = wide.slice(-3).map((e) => `${e.tagName.toLowerCase()}.${String(e.className).slice(0, 40)}`);
    return `${scrollWidth} of ${clientWidth} px: ${names.join(', ')}`;
  });
}

for (const locale of ['en', 'ko']) {
  for (const size of sizes) {
    test(`every page is whole in ${locale} at ${size.width}x${size.height}`, { timeout: 150_000 }, async (t) => {
      await at.api.patch('/me', { locale });
      const { width, height } = size;
      const page = await openPage(at.browser, {
        url: at.server.url,
        width,
        height,
        locale: locale === 'ko' ? 'ko-KR' : 'en-US',
        cookie: at.api.cookie,
      });
      const under = watchRequests(page);
      const faults = new Map();
      for (const [name, address] of Object.entries(addresses(at.ids))) {
        const tell = (fault) => faults.set(fault, [...(faults.get(fault) ?? []), name]);
        page.complaints.length = 0;
        await page.goto(address);
        await settled(page, under);
        assert.equal(await page.evaluate(() => document.documentElement.lang), locale, `${name} is in ${locale}`);
        await page.screenshot({ path: path.join(pictures, `${name}.${locale}.${size.name}.png`) });
        for (const key of await keysShown(page)) tell(`untranslated ${key}`);
        if (size.name === 'phone') {
          const wide = await overflow(page);
          if (wide) tell(`scrolls sideways, ${wide}`);
        }
        if (axe && locale === 'en') for (const fault of await seriousFaults(page)) tell(fault);
        for (const complaint of page.complaints) tell(complaint);
      }
      await page.context().close();
      if (!axe) t.diagnostic('axe-core is not among the packages of web/: accessibility was not checked');
      const known = [...faults.keys()].filter((fault) => owed.some((rule) => fault.startsWith(`axe ${rule}:`)));
      for (const fault of known) {
        t.diagnostic(`still owed: ${fault}`);
        faults.delete(fault);
      }
      const told = [...faults].map(([fault, pages]) => `${fault}\n    on ${pages.join(', ')}`);
      assert.ok(told.length === 0, `\n${told.join('\n')}`);
    });
  }
}
