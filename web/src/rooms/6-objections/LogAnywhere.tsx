import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ReferenceInput } from '@/kit/fields/ReferenceInput';
import { notifyDone } from '@/kit/notify';
import { LogForm } from './LogForm';

/** An objection heard anywhere: with whoever said it, it goes to their newest open deal. */
export function LogAnywhere({ personId, onDone }: { personId: string | null; onDone: () => void }) {
  const { t } = useTranslation();
  const [person, setPerson] = useState(personId);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('objections.log_lead')}
      </Text>
      {!personId && (
        <ReferenceInput
          kind="person"
          label={t('offer.objection.said_by')}
          value={person}
          onChange={setPerson}
        />
      )}
      {person && (
        <LogForm
          path={`/people/${person}/objections`}
          onDone={() => {
            notifyDone(t('objections.logged'));
            onDone();
          }}
        />
      )}
    </Stack>
  );
}
