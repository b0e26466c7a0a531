import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFault } from './faults';
import { type DraftStep, isReply, withWording, wordingOf } from './steps';
import { TextBox } from './TextBox';

interface MailFieldsProps {
  at: number;
  step: DraftStep;
  /** Which wording, 0 being the step's own. */
  arm: number;
  /** Whether a mail stands before it. */
  answers: boolean;
  onChange: (next: Partial<DraftStep>, what: string) => void;
}

/** Subject and text of one wording, and whether the mail begins a conversation. */
export function MailFields({ at, step, arm, answers, onChange }: MailFieldsProps) {
  const { t } = useTranslation();
  const place = arm === 0 ? `steps.${at}` : `steps.${at}.variants.${arm - 1}`;
  const subjectFault = useFault(`${place}.subject`);
  const bodyFault = useFault(`${place}.body`);
  const { subject, body } = wordingOf(step, arm);
  const reply = answers && isReply(step);
  return (
    <Stack gap="xs">
      {answers && (
        <div>
          <SegmentedControl
            size="xs"
            aria-label={t('outreach.step.thread')}
            value={reply ? 'reply' : 'new'}
            data={[
              { value: 'reply', label: t('outreach.step.reply') },
              { value: 'new', label: t('outreach.step.new') },
            ]}
            onChange={(next) => onChange({ thread: next as 'new' | 'reply' }, '')}
          />
          <Text size="xs" c="dimmed" mt={2}>
            {t(reply ? 'outreach.step.reply_hint' : 'outreach.step.new_hint')}
          </Text>
        </div>
      )}
      {!reply && (
        <TextInput
          label={t('outreach.sequence.subject')}
          error={subjectFault}
          value={subject}
          onChange={(event) =>
            onChange(withWording(step, arm, { subject: event.currentTarget.value }), `${place}.subject`)
          }
        />
      )}
      <TextBox
        label={t('outreach.sequence.body')}
        minRows={6}
        error={bodyFault}
        value={body}
        onChange={(next) => onChange(withWording(step, arm, { body: next }), `${place}.body`)}
      />
    </Stack>
  );
}
