import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useFields } from '@/api/records';
import { fieldLabel } from '@/kit/fields/labels';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { judgeable, operatorsOf, plainKey, type Test } from './qualifiers';
import { TestInput } from './TestInput';

/** A qualifier: a field, and which of its values are good or will do. */
export function NewQualifierForm({ onDone }: { onDone: () => void }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const [on, setOn] = useState<'company' | 'deal'>('company');
  const fields = judgeable(useFields(on), on);
  const [key, setKey] = useState<string | null>(null);
  const field = fields.find((one) => one.key === key);
  const [good, setGood] = useState<Test>({ op: 'filled', value: null });
  const [fair, setFair] = useState<Test | null>(null);
  const [label, setLabel] = useState({ en: '', ko: '' });
  const [weight, setWeight] = useState(1);
  const [required, setRequired] = useState(false);
  const [blocking, setBlocking] = useState(false);
  const choose = (next: string | null) => {
    const chosen = fields.find((one) => one.key === next);
    setKey(next);
    setGood({ op: operatorsOf(chosen)[0] ?? 'filled', value: null });
    setFair(null);
    if (chosen) setLabel({ en: chosen.label.en, ko: chosen.label.ko || chosen.label.en });
  };
  const save = useMutation({
    mutationFn: () =>
      api.put(`/qualifiers/${plainKey(key ?? '')}`, {
        label,
        on,
        field: plainKey(key ?? ''),
        rule: { good, fair },
        weight,
        required,
        blocking,
      }),
    meta: { quiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/qualifiers'] });
      notifyDone(t('kit.saved'));
      onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="sm" mb="md" maw={560}>
        <SegmentedControl
          aria-label={t('settings.fields.on')}
          value={on}
          onChange={(next) => {
            setOn(next as 'company' | 'deal');
            choose(null);
          }}
          data={(['company', 'deal'] as const).map((kind) => ({
            value: kind,
            label: t(`records.${kind}.many`),
          }))}
        />
        <Select
          searchable
          label={t('kit.list.field')}
          nothingFoundMessage={t('qualification.own.no_field')}
          data={fields.map((one) => ({ value: one.key, label: fieldLabel(one, i18n.language) }))}
          value={key}
          onChange={choose}
        />
        {field && (
          <>
            <Group grow gap="xs">
              <TextInput
                label={t('settings.fields.label_en')}
                value={label.en}
                onChange={(event) => setLabel({ ...label, en: event.currentTarget.value })}
              />
              <TextInput
                label={t('settings.fields.label_ko')}
                value={label.ko}
                onChange={(event) => setLabel({ ...label, ko: event.currentTarget.value })}
              />
            </Group>
            <TestInput
              label={t('qualification.own.good_when')}
              field={field}
              test={good}
              onChange={setGood}
            />
            {fair ? (
              <TestInput
                label={t('qualification.own.fair_when')}
                field={field}
                test={fair}
                onChange={setFair}
              />
            ) : (
              <Group>
                <Button variant="subtle" size="compact-sm" onClick={() => setFair({ ...good, value: null })}>
                  {t('qualification.own.add_fair')}
                </Button>
              </Group>
            )}
            <Group gap="md" align="flex-end">
              <NumberInput
                w={96}
                min={1}
                max={10}
                label={t('qualification.own.weighs')}
                value={weight}
                onChange={(next) => setWeight(Number(next) || 1)}
              />
              <Checkbox
                label={t('qualification.own.is_required')}
                checked={required}
                onChange={(event) => setRequired(event.currentTarget.checked)}
              />
              <Checkbox
                label={t('qualification.own.is_blocking')}
                checked={blocking}
                onChange={(event) => setBlocking(event.currentTarget.checked)}
              />
            </Group>
          </>
        )}
        <ProblemAlert error={save.error} />
        <Group gap="xs">
          <Button type="submit" disabled={!field} loading={save.isPending}>
            {t('kit.create')}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t('kit.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
