// Reading and writing mails as text.

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
