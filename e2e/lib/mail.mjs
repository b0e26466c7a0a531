// Reading and writing mails as text.
import { until } from './wait.mjs';

/** Header by name in lower case, unfolded; of repeated ones the first. */
export function headersOf(raw) {
  const head = raw.split(/\r?\n\r?\n/, 1)[0].replace(/\r?\n[ \t]+/g, ' ');
  const headers = {};
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] ??= line.slice(colon + 1).trim();
  }
  return headers;
}

/** Encoded words of a header made readable (RFC 2047). */
export function decoded(header) {
  const joined = header.replace(/\?=\s+=\?/g, '?==?');
  return joined.replace(/=\?([^?]+)\?([bq])\?([^?]*)\?=/gi, (_, charset, how, text) => {
    const bytes =
      how.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64')
        : Buffer.from(
            text.replace(/_/g, ' ').replace(/=([0-9a-f]{2})/gi, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          );
    return new TextDecoder(charset).decode(bytes);
  });
}

/** The text of the first part of this type, such as `text/html`, decoded; parts within parts are looked into. */
export function partOf(raw, type) {
  const headers = headersOf(raw);
  const body = raw.slice(raw.search(/\r?\n\r?\n/)).replace(/^\r?\n\r?\n/, '');
  const kind = headers['content-type'] ?? 'text/plain';
  const boundary = /^multipart\//i.test(kind) && kind.match(/boundary="?([^";]+)"?/i)?.[1];
  if (boundary) {
    const parts = `\n${body}`.split(`\n--${boundary}`).slice(1, -1);
    return parts.map((part) => partOf(part.replace(/^\r?\n/, ''), type)).find((found) => found !== undefined);
  }
  if (!kind.toLowerCase().startsWith(type)) return undefined;
  const encoding = (headers['content-transfer-encoding'] ?? '').toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** An answer to a mail, as a person's mail program writes it. */
export function answerTo(raw, { from, name, text }) {
  const headers = headersOf(raw);
  const references = [headers.references, headers['message-id']].filter(Boolean).join(' ');
  return [
    `From: ${name} <${from}>`,
    `To: ${headers.from}`,
    `Subject: Re: ${headers.subject}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <answer.${Date.now()}@${from.split('@')[1]}>`,
    `In-Reply-To: ${headers['message-id']}`,
    `References: ${references}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    text,
    '',
  ].join('\r\n');
}

/** The newest code that came to an account. It stands in the text: subjects are shown in too many places. */
export function codeFor(mail, account) {
  const codeIn = (raw) => partOf(raw, 'text/plain')?.match(/(?:code is|인증 코드는) (\d{6})/)?.[1];
  return until(`a code to come to ${account}`, async () => (await mail.read(account)).map(codeIn).findLast(Boolean));
}
