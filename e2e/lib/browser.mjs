// Chromium with a page that remembers every complaint, and pictures when a test fails.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { atEnd, fromWeb, out } from './place.mjs';

const { chromium } = fromWeb('playwright-core');

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launch() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath} is missing: install the Debian package chromium, or set CHROMIUM`);
  }
  const browser = await chromium.launch({ executablePath, args: quiet });
  atEnd(() => browser.close());
  return browser;
}

/** A page of its own context. `complaints` collects page errors and console errors. */
export async function openPage(browser, { url, width = 1440, height = 900, locale = 'en-US', cookie } = {}) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height },
    locale,
    timezoneId: 'UTC',
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  if (cookie) {
    const [name, value] = cookie.split('=', 2);
    await context.addCookies([{ name, value, url }]);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(`${page.url()} threw ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      page.complaints.push(`${page.url()} console: ${message.text()} ${message.location().url}`);
    }
  });
  return page;
}

/** Runs `body`; when it throws, keeps a picture of the page and the logs in e2e/out first. */
export async function withEvidence(name, { page, server, mail }, body) {
  try {
    return await body();
  } catch (error) {
    const file = name.replace(/[^\p{L}\d]+/gu, '-');
    const at = path.join(out, file);
    await page?.screenshot({ path: `${at}.png`, fullPage: true }).catch(() => undefined);
    if (server) writeFileSync(`${at}.server.log`, server.said);
    if (mail) writeFileSync(`${at}.mail.log`, await mail.log().catch((e) => e.message));
    error.message += `\n(see e2e/out/${file}.*)`;
    throw error;
  }
}
