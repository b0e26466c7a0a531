import { Checkbox, Stack, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Content } from '../offer';

/** Notes that stand in where an offer cannot be tied. */
export function Notes({
  content,
  onChange,
  readOnly,
}: {
  content: Content;
  onChange: (content: Content) => void;
  readOnly: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Checkbox
        size="xs"
        disabled={readOnly}
        label={t('offer.field.no_ambition')}
        checked={content.no_ambition_known}
        onChange={(event) => onChange({ ...content, no_ambition_known: event.currentTarget.checked })}
      />
      <Textarea
        autosize
        minRows={1}
        maxLength={2000}
        readOnly={readOnly}
        label={t('offer.field.budget_note')}
        value={content.budget_note ?? ''}
        onChange={(event) => onChange({ ...content, budget_note: event.currentTarget.value || null })}
      />
    </Stack>
  );
}
