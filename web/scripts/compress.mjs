// Writes .gz and .br beside every text asset of the build, so that the server never compresses at run time.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const root = new URL('../dist', import.meta.url).pathname;
const text = /\.(js|css|html|svg|json|webmanifest|txt)$/;
const smallest = 1024;

const zip = promisify(gzip);
const brotli = promisify(brotliCompress);

let files = 0;
let before = 0;
let after = 0;
for (const name of await readdir(root, { recursive: true })) {
  const path = join(root, name);
  if (!text.test(name) || !(await stat(path)).isFile()) continue;
  const bytes = await readFile(path);
  if (bytes.length < smallest) continue;
  const [gz, br] = await Promise.all([
    zip(bytes, { level: 9 }),
    brotli(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  ]);
  await Promise.all([writeFile(`${path}.gz`, gz), writeFile(`${path}.br`, br)]);
  files += 1;
  before += bytes.length;
  after += br.length;
}
console.log(`${files} files: ${Math.round(before / 1024)} KB, brotli ${Math.round(after / 1024)} KB`);
