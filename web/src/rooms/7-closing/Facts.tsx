import { Badge, Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { DayInput } from '@/kit/fields/DayInput';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { Closes } from './Closes';
import { factsQuery } from './closing';

const kinds = ['price_change', 'capacity', 'programme_end'] as const;

/** Facts with a day, which urgency may stand on, and the ways to ask for the decision. */
export function Facts() {
  const { t } = useTranslation();
  const format = useFormat();
  const canManage = useCan('manager');
  const client = useQueryClient();
  const [open, { open: show, close }] = useDisclosure(false);
  const facts = useQuery(factsQuery);
  const withdraw = useMutation({
    mutationFn: (id: string) => api.delete(`/closing-facts/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['/closing-facts'] }),
  });
  return (
    <Stack gap="lg">
      <Panel
        title={t('closing.facts.title')}
        lead={t('closing.facts.lead')}
        actions={canManage && !open && <Button onClick={show}>{t('closing.facts.create')}</Button>}
      >
        <ProblemAlert error={facts.error} retry={() => facts.refetch()} />
        {open && <FactForm onDone={close} />}
        {facts.data?.length === 0 && !open && <Text c="dimmed">{t('closing.facts.none')}</Text>}
        {facts.data?.map((one) => (
          <div key={one.id} className={classes.line}>
            <Group gap="xs">
              <Text fw={500}>{one.what}</Text>
              <Text c="dimmed">{`→ ${one.afterwards}`}</Text>
              {one.withdrawn_at && (
                <Badge size="sm" variant="light" color="gray" tt="none">
                  {t('closing.facts.withdrawn')}
                </Badge>
              )}
            </Group>
            <Text size="xs" c="dimmed">
              {[
                textOr(t, `closing.facts.kind.${one.kind}`, one.kind),
                t('closing.until', { day: format.date(one.on_day) }),
                one.places != null && t('closing.facts.left', { count: one.places }),
                one.source,
              ]
                .filter(Boolean)
                .join(' · ')}
            </Text>
            {canManage && !one.withdrawn_at && (
              <Button
                size="compact-xs"
                variant="subtle"
                color="gray"
                aria-label={`${t('closing.facts.withdraw')}: ${one.what}`}
                onClick={() => withdraw.mutate(one.id)}
              >
                {t('closing.facts.withdraw')}
              </Button>
            )}
          </div>
        ))}
      </Panel>
      <Closes />
    </Stack>
  );
}

function FactForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useForm({
    initialValues: {
      kind: 'price_change',
      what: '',
      afterwards: '',
      source: '',
      on_day: null as string | null,
      places: 1,
    },
  });
  const counted = form.values.kind === 'capacity';
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: (values: typeof form.values) =>
      api.post('/closing-facts', { ...values, places: counted ? values.places : null }),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ['/closing-facts'] }),
  });
  return (
    <form className={classes.box} onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="xs">
        <Group grow align="flex-start">
          <Select
            allowDeselect={false}
            label={t('closing.facts.kind_label')}
            data={kinds.map((one) => ({ value: one, label: t(`closing.facts.kind.${one}`) }))}
            {...form.getInputProps('kind')}
          />
          <DayInput
            required
            label={t('closing.facts.on_day')}
            value={form.values.on_day}
            onChange={(next) => form.setFieldValue('on_day', next)}
          />
        </Group>
        <TextInput required label={t('closing.facts.what')} {...form.getInputProps('what')} />
        <TextInput required label={t('closing.facts.afterwards')} {...form.getInputProps('afterwards')} />
        <TextInput required label={t('closing.facts.source')} {...form.getInputProps('source')} />
        {counted && (
          <NumberInput min={0} label={t('closing.facts.places')} {...form.getInputProps('places')} />
        )}
        <ProblemAlert error={save.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="gray" onClick={onDone}>
            {t('kit.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
