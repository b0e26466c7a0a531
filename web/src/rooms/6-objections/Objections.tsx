import { Badge, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { ObjectionSteps } from './ObjectionSteps';
import { type Objection, objectionKinds } from './objections';

/** What they hold against it. Acknowledge, ask, listen, answer, and ask whether it is settled. */
export function Objections({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const objections = useQuery({
    queryKey: ['/deals', 'objections', deal.id],
    queryFn: () => api.get<Objection[]>(`/deals/${deal.id}/objections`),
  });
  return (
    <RecordSection title={t('offer.objection.title')}>
      <ProblemAlert error={objections.error} />
      {canWrite && <NewObjection deal={deal} />}
      {objections.data?.length === 0 && <Text c="dimmed">{t('offer.objection.empty')}</Text>}
      {objections.data?.map((objection) => (
        <Stack key={objection.id} gap="xs" className={classes.line}>
          <Group gap="xs">
            <Badge variant="light" color="gray" tt="none">
              {t(`offer.objection.kind.${objection.stated_kind}`)}
            </Badge>
            <Badge variant="light" tt="none" color={objection.state === 'confirmed' ? 'green' : undefined}>
              {t(`offer.objection.state.${objection.state}`)}
            </Badge>
          </Group>
          <Text className={classes.quote}>{objection.stated}</Text>
          {canWrite && <ObjectionSteps deal={deal} objection={objection} />}
        </Stack>
      ))}
    </RecordSection>
  );
}

function NewObjection({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { stated: '', stated_kind: 'price_value' } });
  const add = useDealWrite(
    (values: typeof form.values) => api.post(`/deals/${deal.id}/objections`, values),
    () => form.reset(),
  );
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Group gap="xs" mb="xs" align="flex-end">
        <Select
          w={180}
          allowDeselect={false}
          aria-label={t('offer.objection.kind_label')}
          data={objectionKinds.map((kind) => ({ value: kind, label: t(`offer.objection.kind.${kind}`) }))}
          {...form.getInputProps('stated_kind')}
        />
        <TextInput
          flex={1}
          miw={180}
          required
          aria-label={t('offer.objection.stated')}
          placeholder={t('offer.objection.stated')}
          {...form.getInputProps('stated')}
        />
        <Button type="submit" variant="light" loading={add.isPending}>
          {t('kit.add')}
        </Button>
      </Group>
    </form>
  );
}
