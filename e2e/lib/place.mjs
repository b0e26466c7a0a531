// Where things stand: the built binaries, the web app's packages, and the folder for evidence of failures.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const out = path.join(root, 'e2e/out');
export const fixture = (name) => path.join(root, 'e2e/fixtures', name);
/** A built program; the product itself of another build when PROFILE says so, as in `PROFILE=release scripts/e2e`. */
export const binary = (name) =>
  path.join(root, 'target', name === 'sevenfold' ? (process.env.PROFILE ?? 'debug') : 'debug', name);

/** Packages come from the web app's folder, so that there is one lock file. */
export const fromWeb = createRequire(path.join(root, 'web/package.json'));

mkdirSync(out, { recursive: true });

const started = new Set();
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

/** A child process that never outlives the test. */
export function start(program, args, options) {
  const child = spawn(program, args, options);
  started.add(child);
  child.once('exit', () => started.delete(child));
  child.once('error', (error) => {
    started.delete(child);
    child.emit('exit', `${error.message} (cargo build -p sevenfold -p sevenfold-test-hosts)`);
  });
  return child;
}

const cleanups = [];

/** What is to be done when the test ends, well or badly; last come, first done. */
export function atEnd(cleanup) {
  cleanups.push(cleanup);
}

/** Does all of it, and then tells the first thing that went wrong. */
export async function cleanUp() {
  const errors = [];
  while (cleanups.length > 0) {
    try {
      await cleanups.pop()();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
