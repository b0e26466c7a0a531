import { Button, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incentive } from '@/api/generated/model';
import { api } from '@/api/http';
import { minorDigits, useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';

interface IncentiveFormProps {
  path: string;
  currency: string;
  kept: Incentive | null;
  /** They were shown it: it stands. */
  stands?: boolean;
}

/** What they get for deciding by a day; it shows on the page until then, and lapses on its own. */
export function IncentiveForm({ path, currency, kept, stands = false }: IncentiveFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [editing, setEditing] = useState(false);
  if (editing) return <Fields path={path} currency={currency} kept={kept} close={() => setEditing(false)} />;
  return (
    <Group gap="xs">
      {kept && (
        <Text size="sm">
          {t('offerpage.incentive.stands', { text: kept.text, day: format.date(kept.until_on) })}
        </Text>
      )}
      {!(kept && stands) && (
        <Button size="compact-sm" variant="subtle" onClick={() => setEditing(true)}>
          {t(kept ? 'offerpage.incentive.change' : 'offerpage.incentive.add')}
        </Button>
      )}
    </Group>
  );
}

function Fields({ path, currency, kept, close }: IncentiveFormProps & { close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const scale = 10 ** minorDigits(currency);
  const [text, setText] = useState(kept?.text ?? '');
  const [value, setValue] = useState<string | number>(
    kept?.value_minor == null ? '' : kept.value_minor / scale,
  );
  const [until, setUntil] = useState(kept?.until_on ?? '');
  const [truth, setTruth] = useState(kept?.truth_note ?? '');
  const write = useMutation({
    mutationFn: (remove: boolean) =>
      remove
        ? api.delete(`${path}/incentive`)
        : api.put<unknown>(`${path}/incentive`, {
            text,
            value_minor: value === '' ? null : Math.round(Number(value) * scale),
            until_on: until,
            truth_note: truth,
          }),
    meta: { quiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/deals', 'offer', 'page'] });
      close();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate(false);
      }}
    >
      <Stack gap="xs">
        <TextInput
          label={t('offerpage.incentive.text')}
          required
          maxLength={500}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group grow>
          <NumberInput
            label={t('offerpage.incentive.value', { currency })}
            min={0}
            decimalScale={minorDigits(currency)}
            thousandSeparator=","
            value={value}
            onChange={setValue}
          />
          <TextInput
            label={t('offerpage.incentive.until')}
            type="date"
            required
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
        </Group>
        <TextInput
          label={t('offerpage.incentive.truth')}
          description={t('offerpage.incentive.truth_hint')}
          required
          value={truth}
          onChange={(event) => setTruth(event.currentTarget.value)}
        />
        <ProblemAlert error={write.error} />
        <Group gap="xs">
          <Button type="submit" size="compact-sm" loading={write.isPending}>
            {t('kit.save')}
          </Button>
          {kept && (
            <Button size="compact-sm" variant="subtle" color="red" onClick={() => write.mutate(true)}>
              {t('kit.remove')}
            </Button>
          )}
          <Button size="compact-sm" variant="subtle" onClick={close}>
            {t('kit.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
