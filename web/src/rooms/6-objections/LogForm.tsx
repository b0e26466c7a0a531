import { Button, Group, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import { api } from '@/api/http';
import { currentLocale } from '@/i18n';
import { textOr } from '@/i18n/texts';
import { useDealWrite } from '@/kit/useDealWrite';
import { kindsQuery, objectionKinds } from './objections';

interface LogFormProps {
  /** Where it is written to: a deal's objections, or a person's. */
  path: string;
  /** Whose people may have said it. */
  dealId?: string;
  onDone?: () => void;
}

/** What they said, word for word, and what it sounds like. */
export function LogForm({ path, dealId, onDone }: LogFormProps) {
  const { t } = useTranslation();
  const kinds = useQuery(kindsQuery).data ?? [];
  const form = useForm({
    initialValues: { stated: '', stated_kind: 'price_value', stated_sub: '', person_id: '' },
  });
  const add = useDealWrite(
    (values: typeof form.values) =>
      api.post(path, {
        ...values,
        stated_sub: values.stated_sub || null,
        person_id: values.person_id || null,
      }),
    () => {
      form.reset();
      onDone?.();
    },
  );
  const kind = kinds.find((one) => one.kind === form.values.stated_kind);
  const subs = [
    ...(kind?.sub_kinds ?? []).map((key) => ({ value: key, label: textOr(t, `objections.sub.${key}`, key) })),
    ...(kind?.labels ?? []).map((one) => ({
      value: one.id,
      label: currentLocale() === 'ko' ? one.label_ko : one.label_en,
    })),
  ];
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Group gap="xs" mb="xs" align="flex-end">
        <TextInput
          flex="1 1 100%"
          required
          withAsterisk={false}
          label={t('offer.objection.stated')}
          {...form.getInputProps('stated')}
        />
        <Select
          flex={1}
          miw={150}
          allowDeselect={false}
          label={t('offer.objection.kind_label')}
          data={objectionKinds.map((one) => ({ value: one, label: t(`offer.objection.kind.${one}`) }))}
          {...form.getInputProps('stated_kind')}
          onChange={(next) => next && form.setValues({ stated_kind: next, stated_sub: '' })}
        />
        <Select
          flex={1}
          miw={150}
          clearable
          disabled={subs.length === 0}
          label={t('objections.closely')}
          data={subs}
          value={form.values.stated_sub || null}
          onChange={(next) => form.setFieldValue('stated_sub', next ?? '')}
        />
        {dealId && <WhoSaid dealId={dealId} {...form.getInputProps('person_id')} />}
        <Button type="submit" variant="light" loading={add.isPending}>
          {t('kit.add')}
        </Button>
      </Group>
    </form>
  );
}

function WhoSaid(props: { dealId: string; value?: string; onChange?: (next: string) => void }) {
  const { t } = useTranslation();
  const people = useCommittee(props.dealId).data ?? [];
  return (
    <Select
      flex={1}
      miw={150}
      clearable
      label={t('offer.objection.said_by')}
      data={people.map((one) => ({ value: one.person_id, label: one.name }))}
      value={props.value || null}
      onChange={(next) => props.onChange?.(next ?? '')}
    />
  );
}
