import { describe, expect, it } from 'vitest';
import { firstForm, linesOf, moved, snippetOf } from './inbound';

describe('the snippet', () => {
  it('names the script of the form and nothing that breaks out of it', () => {
    const content = firstForm('Talk "to" <us>');
    expect(snippetOf({ page_url: 'https://sales.example.com/f/abc', content })).toBe(
      '<script src="https://sales.example.com/f/abc/embed.js" data-title="Talk &quot;to&quot; &lt;us>" async></script>',
    );
  });
});

describe('fields of a form', () => {
  it('move up and down and stop at the ends', () => {
    expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c']);
  });

  it('begin with a mail address among them, as the server asks', () => {
    expect(firstForm('x').fields.map((f) => f.field)).toContain('person.email');
  });
});

describe('what came in', () => {
  it('is told by the name of each field, the message last, nothing of what is empty', () => {
    const form = { message: ['Hello'], 'person.email': ['kim@hanbit.co.kr'], 'company.name': [] };
    expect(linesOf(form).at(-1)).toEqual(['message', 'Hello']);
    const api = { person: { email: 'a@b.kr', custom: { size: 3 } }, company: {}, message: null };
    expect(linesOf(api)).toEqual([
      ['person.email', 'a@b.kr'],
      ['person.custom.size', '3'],
    ]);
  });
});
