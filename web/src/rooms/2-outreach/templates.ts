/** A sequence to begin with besides those that the server ships; its words say nothing of what is sold (R31, R33). */
import type { SequenceTemplate } from '@/api/generated/model';
import type { Locale } from '@/i18n';

export type Template = Pick<SequenceTemplate, 'key' | 'name' | 'goal' | 'steps'>;

const connected = { is: 'happened', what: 'call', value: 'intended' } as const;
const returned = { is: 'happened', what: 'piece', value: 'returned' } as const;

/** Something personal by post, and a call once it has arrived (R104). */
const pieceAndCall: Record<Locale, Template> = {
  en: {
    key: 'piece-call',
    goal: 'meeting',
    name: 'First-touch piece, then call',
    steps: [
      {
        kind: 'post',
        goal: 'They speak of it',
        subject: 'Send {{ person.name }} a first-touch piece',
        body: 'Dear {{ person.given_name | default("colleague") }},\n\n{{ why_them }}\n\nHow do you do this today? I will call in a few days to ask.\n\n{{ sender.name }}',
        piece: {
          kind: 'postcard',
          headline: 'For {{ person.name }}',
          personality: 'One line by hand about something they said or wrote',
          unique_value: 'A figure or a picture about {{ company.name }} that they do not have',
        },
      },
      {
        kind: 'call',
        delay_days: 1,
        goal: 'A meeting',
        branches: [{ if: returned, go_to: 'mail' }],
        subject: 'Call {{ person.name }} about what arrived',
        body: 'Ask whether it arrived and what they thought. Then ask how they handle it today.',
      },
      {
        kind: 'mail',
        key: 'mail',
        delay_days: 2,
        goal: 'An answer',
        branches: [{ if: connected }],
        subject: 'Did it arrive, {{ person.given_name | default("by now") }}?',
        body: 'Hello {{ person.given_name | default("there") }},\n\nI sent you something by post. {{ why_them }}\n\nDid it reach you, and was I right?\n\n{{ sender.name }}',
      },
    ],
  },
  ko: {
    key: 'piece-call',
    goal: 'meeting',
    name: '첫 접촉 우편물, 그다음 전화',
    steps: [
      {
        kind: 'post',
        goal: '기억에 남는다',
        subject: '{{ person.name }} 님께 첫 접촉 우편물 보내기',
        body: '{{ person.name }} 님, 안녕하세요.\n\n{{ why_them }}\n\n지금은 어떻게 하고 계신가요? 며칠 뒤에 전화로 여쭙겠습니다.\n\n{{ sender.name }} 드림',
        piece: {
          kind: 'postcard',
          headline: '{{ person.name }} 님께',
          personality: '그분이 한 말이나 쓴 글에 대해 손으로 쓴 한 줄',
          unique_value: '{{ company.name }}에 대해 그분이 아직 모르는 숫자나 그림',
        },
      },
      {
        kind: 'call',
        delay_days: 1,
        goal: '미팅을 잡는다',
        branches: [{ if: returned, go_to: 'mail' }],
        subject: '도착한 우편물에 대해 {{ person.name }} 님께 전화하기',
        body: '잘 받았는지, 어땠는지 묻고, 지금은 어떻게 하는지 물으세요.',
      },
      {
        kind: 'mail',
        key: 'mail',
        delay_days: 2,
        goal: '답장을 받는다',
        branches: [{ if: connected }],
        subject: '우편물은 잘 받으셨나요?',
        body: '{{ person.name | default("담당자") }} 님, 안녕하세요.\n\n우편으로 작은 것을 보내 드렸습니다. {{ why_them }}\n\n잘 받으셨나요? 제 짐작이 맞았을까요?\n\n{{ sender.name }} 드림',
      },
    ],
  },
};

export function pieceCall(locale: Locale): Template {
  return pieceAndCall[locale];
}

/** Those that ship, and the one for few people, unless it ships, too. */
export function withOwn(shipped: readonly Template[], locale: Locale): Template[] {
  const own = pieceCall(locale);
  return shipped.some((one) => one.key === own.key) ? [...shipped] : [...shipped, own];
}
