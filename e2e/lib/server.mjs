// The product: the debug binary on a data folder of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { atEnd, binary, start } from './place.mjs';
import { within } from './wait.mjs';

const startSeconds = 30;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A data folder that a server or a command works on, until the test ends. */
export function dataFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'sevenfold-e2e-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export class Server {
  /** What it said so far, for the evidence of a failure. */
  said = '';

  static async start(folder = dataFolder(), port) {
    const server = new Server();
    server.folder = folder;
    server.port = port ?? (await freePort());
    server.url = `http://127.0.0.1:${server.port}`;
    atEnd(() => server.stop());
    await server.up();
    return server;
  }

  /** Starts the binary on the same folder and port, and waits for its line. */
  async up() {
    const listen = `127.0.0.1:${this.port}`;
    const args = ['serve', '--data-dir', this.folder, '--listen', listen, '--closed-network'];
    this.child = start(binary('sevenfold'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.child, 'exit');
    this.child.stderr.on('data', (text) => {
      this.said += text;
    });
    const ready = new Promise((resolve, reject) => {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        this.said += `${line}\n`;
        if (line.startsWith('Sevenfold is ready')) resolve();
      });
      this.child.once('error', reject);
      this.child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${this.said}`)));
    });
    await within('the server to be ready', ready, startSeconds);
  }

  /** kill -9: nothing is finished, nothing is handed back. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Ends it as an operator does; an error when it does not end well. */
  async stop() {
    if (!this.child || !this.child.pid || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    const [code] = await within('the server to end', this.ended, 30);
    if (code !== 0) throw new Error(`the server ended with ${code}:\n${this.said}`);
  }
}
