// What axe finds on a page that keeps somebody out.
import { readFileSync } from 'node:fs';
import { fromWeb } from './place.mjs';

function source() {
  try {
    return readFileSync(fromWeb.resolve('axe-core/axe.min.js'), 'utf8');
  } catch {
    return null;
  }
}

/** Its program; null where the package is not installed. */
export const axe = source();

/** Markup without what differs from page to page. */
function anonymous(html) {
  return html.replace(/ (id|class|style|href|data-[a-z-]+|aria-(controls|labelledby|describedby))="[^"]*"/g, '').slice(0, 160);
}

/** Waits until nothing fades or moves any more: what is half faded in has half its contrast. */
async function atRest(page) {
  await page.waitForFunction(() =>
    document.getAnimations().every((one) => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity),
  );
}

/** Serious and critical violations of WCAG 2.2 A and AA. */
export async function seriousFaults(page) {
  await atRest(page);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] }),
  );
  return violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .flatMap((one) => one.nodes.map((node) => `axe ${one.id}: ${anonymous(node.html)}`));
}
