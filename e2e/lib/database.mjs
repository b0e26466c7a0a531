// Looking straight into the SQLite file of a data folder, where the question is what a crash left behind.
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export class Database {
  #db;

  constructor(folder) {
    this.#db = new DatabaseSync(path.join(folder, 'sevenfold.db'), { timeout: 10_000 });
  }

  all(sql, ...values) {
    return this.#db.prepare(sql).all(...values);
  }

  /** The first column of the first row. */
  one(sql, ...values) {
    const row = this.#db.prepare(sql).get(...values);
    return row && Object.values(row)[0];
  }

  /** Lets the leases run out that a killed process holds, as a minute or two of waiting would. */
  leasesRunOut(table) {
    this.#db.prepare(`UPDATE ${table} SET lease_until = 1 WHERE lease_until IS NOT NULL`).run();
  }

  close() {
    this.#db.close();
  }
}
