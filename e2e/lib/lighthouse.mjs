// What Lighthouse says of a page on a phone, and what it weighs.
import assert from 'node:assert/strict';
import { fromWeb } from './place.mjs';

const chromeFlags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

/** Performance and accessibility from 0 to 100, and the bytes that went over the wire. */
export async function measure(url) {
  const { default: lighthouse } = await import(fromWeb.resolve('lighthouse'));
  const { launch } = await import(fromWeb.resolve('chrome-launcher'));
  const chrome = await launch({ chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromeFlags });
  try {
    const options = { port: chrome.port, onlyCategories: ['performance', 'accessibility'], logLevel: 'error' };
    const { lhr } = await lighthouse(url, options);
    assert.equal(lhr.runtimeError, undefined, `${url}: ${lhr.runtimeError?.message}`);
    const { performance, accessibility } = lhr.categories;
    return {
      performance: Math.round(performance.score * 100),
      accessibility: Math.round(accessibility.score * 100),
      bytes: lhr.audits['total-byte-weight'].numericValue,
      faults: accessibility.auditRefs.filter(({ id }) => lhr.audits[id].score === 0).map(({ id }) => id),
    };
  } finally {
    await chrome.kill();
  }
}
