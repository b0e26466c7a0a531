import { Badge, Button, Checkbox, Group, MultiSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal, Money } from '@/api/model';
import { useCan, useMe } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { MoneyInput } from '@/kit/fields/MoneyInput';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { findingsQuery } from '../3-qualification/Findings';
import { OfferActions } from './OfferActions';

export interface Offer {
  id: string;
  version: number;
  title: string;
  state: string;
  total: Money | null;
  note: string;
  sent_at: string | null;
  lacking: string[];
}

/** What was offered, tied to what the prospect said they need. */
export function Offers({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const [adding, setAdding] = useState(false);
  const offers = useQuery({
    queryKey: ['/deals', 'offers', deal.id],
    queryFn: () => api.get<Offer[]>(`/deals/${deal.id}/offers`),
  });
  return (
    <RecordSection
      title={t('offer.title')}
      aside={
        canWrite &&
        !adding && (
          <Button size="compact-sm" variant="light" onClick={() => setAdding(true)}>
            {t('offer.add')}
          </Button>
        )
      }
    >
      <ProblemAlert error={offers.error} />
      {adding && <OfferForm deal={deal} onDone={() => setAdding(false)} />}
      {offers.data?.length === 0 && !adding && <Text c="dimmed">{t('offer.empty')}</Text>}
      {offers.data?.map((offer) => (
        <Stack key={offer.id} gap={4} className={classes.line}>
          <Group gap="xs">
            <Text fw={600}>{offer.title}</Text>
            <Badge variant="light" color="gray" tt="none">
              {textOr(t, `offer.state.${offer.state}`, offer.state)}
            </Badge>
            <Text ml="auto" fw={600}>
              {format.money(offer.total)}
            </Text>
          </Group>
          {offer.note && <Text>{offer.note}</Text>}
          {offer.lacking.map((lack) => (
            <Text key={lack} size="xs" c="dimmed">
              {textOr(t, `offer.lack.${lack}`, lack)}
            </Text>
          ))}
          {canWrite && <OfferActions deal={deal} offer={offer} />}
        </Stack>
      ))}
    </RecordSection>
  );
}

function OfferForm({ deal, onDone }: { deal: Deal; onDone: () => void }) {
  const { t } = useTranslation();
  const home = useMe()?.workspace.currency ?? 'USD';
  const findings = useQuery(findingsQuery(deal.id));
  const form = useForm({
    initialValues: {
      title: '',
      total: deal.value as Money | null,
      answers: [] as string[],
      no_ambition: false,
      budget_note: '',
      note: '',
    },
  });
  const add = useDealWrite((values: typeof form.values) => {
    const line = {
      text: values.title,
      minor: values.total?.minor ?? 0,
      mandatory: true,
      answers: values.answers,
    };
    return api.post(`/deals/${deal.id}/offers`, {
      title: values.title,
      note: values.note,
      currency: values.total?.currency ?? home,
      lines: [line],
      no_ambition_known: values.no_ambition,
      budget_note: values.budget_note.trim() || null,
    });
  }, onDone);
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack gap="sm" className={classes.box}>
        <TextInput required autoFocus label={t('offer.field.title')} {...form.getInputProps('title')} />
        <MoneyInput
          required
          label={t('offer.field.total')}
          value={form.values.total}
          onChange={(total) => form.setFieldValue('total', total)}
        />
        <MultiSelect
          label={t('offer.field.answers')}
          description={t('offer.field.answers_hint')}
          data={(findings.data ?? [])
            .filter((one) => ['challenge', 'goal', 'ambition'].includes(one.kind))
            .map((one) => ({ value: one.id, label: one.summary }))}
          {...form.getInputProps('answers')}
        />
        <Checkbox
          size="xs"
          label={t('offer.field.no_ambition')}
          {...form.getInputProps('no_ambition', { type: 'checkbox' })}
        />
        <TextInput label={t('offer.field.budget_note')} {...form.getInputProps('budget_note')} />
        <Textarea minRows={2} label={t('offer.field.note')} {...form.getInputProps('note')} />
        <Group gap="xs" justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('kit.cancel')}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
