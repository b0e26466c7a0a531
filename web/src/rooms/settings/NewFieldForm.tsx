import { Button, Group, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Kind } from '@/api/model';
import { useSave } from './useSave';

export const fieldKinds = [
  'text',
  'number',
  'money',
  'date',
  'choice',
  'multi_choice',
  'yes_no',
  'url',
  'person',
  'company',
] as const;

export interface CustomField {
  id: string;
  on: Kind;
  key: string;
  label: { en: string; ko: string };
  kind: string;
  archived_at: string | null;
}

/** A key out of a label: what is not a-z or 0-9 becomes an underscore. */
export function keyFrom(label: string): string {
  const key = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[a-z]/.test(key) ? key.slice(0, 40) : '';
}

export function NewFieldForm({ on, onDone }: { on: Kind; onDone: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { en: '', ko: '', key: '', kind: 'text', options: [] as string[], unit: '' },
  });
  const { values } = form;
  const isChoice = values.kind === 'choice' || values.kind === 'multi_choice';
  const save = useSave(
    () =>
      api.post('/custom-fields', {
        on,
        key: values.key || keyFrom(values.en),
        label: { en: values.en, ko: values.ko },
        kind: values.kind,
        unit: values.unit || null,
        options: isChoice
          ? values.options.map((word, index) => ({
              key: keyFrom(word) || `option_${index + 1}`,
              label: { en: word, ko: word },
            }))
          : [],
      }),
    ['/custom-fields', '/fields'],
    onDone,
  );
  return (
    <form onSubmit={form.onSubmit(() => save.mutate(undefined))}>
      <Stack gap="sm" mb="md" maw={480}>
        <Group grow gap="xs">
          <TextInput autoFocus label={t('settings.fields.label_en')} {...form.getInputProps('en')} />
          <TextInput label={t('settings.fields.label_ko')} {...form.getInputProps('ko')} />
        </Group>
        <Group grow gap="xs" align="flex-start">
          <TextInput
            label={t('settings.fields.key')}
            placeholder={keyFrom(values.en)}
            required={keyFrom(values.en) === ''}
            withAsterisk={false}
            {...form.getInputProps('key')}
          />
          <Select
            label={t('settings.fields.kind')}
            allowDeselect={false}
            data={fieldKinds.map((kind) => ({ value: kind, label: t(`settings.kind.${kind}`) }))}
            {...form.getInputProps('kind')}
          />
        </Group>
        {isChoice && (
          <TagsInput
            label={t('settings.fields.options')}
            description={t('settings.fields.options_hint')}
            {...form.getInputProps('options')}
          />
        )}
        {values.kind === 'number' && (
          <TextInput label={t('settings.fields.unit')} {...form.getInputProps('unit')} />
        )}
        <Group gap="xs">
          <Button type="submit" loading={save.isPending}>
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
