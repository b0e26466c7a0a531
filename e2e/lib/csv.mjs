// A reader of the fixtures that owes nothing to the product's own.
import { readFileSync } from 'node:fs';

/** Rows of a CSV file as objects by header. */
export function readCsv(file, { encoding = 'utf-8', delimiter = ',' } = {}) {
  const text = new TextDecoder(encoding).decode(readFileSync(file));
  const [head, ...rows] = [...records(text, delimiter)].filter((cells) => cells.some((cell) => cell !== ''));
  return rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ''])));
}

function* records(text, delimiter) {
  let cells = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (c === '\n') {
      cells.push(cell.replace(/\r$/, ''));
      yield cells;
      cells = [];
      cell = '';
    } else cell += c;
  }
  if (cell !== '' || cells.length > 0) yield [...cells, cell];
}
