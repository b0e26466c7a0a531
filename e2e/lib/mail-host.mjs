// A real postfix and a real dovecot on loopback, led over stdin of `mail-host`.
import { createInterface } from 'node:readline';
import { atEnd, binary, start } from './place.mjs';
import { within } from './wait.mjs';

const answerSeconds = 30;

export class MailHost {
  #waiting = [];

  /** `accounts`: address to password. */
  static async start(accounts) {
    const host = new MailHost();
    const args = Object.entries(accounts).map(([address, password]) => `${address}=${password}`);
    host.child = start(binary('mail-host'), args, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: host.child.stdout }).on('line', (line) => host.#waiting.shift()?.resolve(line));
    host.child.once('exit', (code) => {
      for (const one of host.#waiting) one.reject(new Error(`mail-host ended with ${code}`));
    });
    atEnd(() => host.stop());
    host.ports = JSON.parse(await within('the mail servers', host.#line(), 60));
    return host;
  }

  #line() {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async #ask(command, seconds = answerSeconds) {
    const line = this.#line();
    this.child.stdin.write(`${JSON.stringify(command)}\n`);
    const answer = JSON.parse(await within(`mail-host to answer ${command.cmd}`, line, seconds));
    if (answer.error) throw new Error(answer.error);
    return answer.ok;
  }

  /** Brings a mail as a stranger's server would. */
  deliver(from, to, raw) {
    return this.#ask({ cmd: 'deliver', from, to, raw });
  }

  /** Every mail of the account, oldest first, as text. */
  read(account) {
    return this.#ask({ cmd: 'read', account });
  }

  /** The same once there are `count`. */
  wait(account, count, seconds) {
    return this.#ask({ cmd: 'wait', account, count, seconds }, seconds + answerSeconds);
  }

  log() {
    return this.#ask({ cmd: 'log' });
  }

  /** Ends the servers; they and their files are gone when it returns. */
  async stop() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (!this.child.pid || this.child.exitCode !== null) return;
    this.child.stdin.end();
    await within('the mail servers to end', ended, answerSeconds);
  }
}
