import { Button, Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useDealWrite } from '@/kit/useDealWrite';
import type { Offer } from './offer';
import { PagePanel } from './page/PagePanel';

const feedbackKinds = ['reply', 'call_note', 'no_objection'] as const;

/** What can be done with an offer as it stands: a draft is sent, a sent one has a page and gets feedback. */
export function OfferActions({ deal, offer }: { deal: Deal; offer: Offer }) {
  if (offer.state === 'draft' || offer.state === 'approved') return <SendForm deal={deal} offer={offer} />;
  if (offer.sent_at === null) return null;
  const open = offer.state === 'sent' || offer.state === 'viewed';
  return (
    <Stack gap="xs">
      <PagePanel
        dealId={deal.id}
        offerId={offer.id}
        title={offer.content.title}
        currency={offer.content.currency}
        sections={offer.content.sections}
        open={open}
      />
      {open && <FeedbackForm deal={deal} offer={offer} />}
    </Stack>
  );
}

function SendForm({ deal, offer }: { deal: Deal; offer: Offer }) {
  const { t } = useTranslation();
  const people = useCommittee(deal.id);
  const [to, setTo] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const send = useDealWrite(() =>
    api.post(`/deals/${deal.id}/offers/${offer.id}/send`, {
      sent_to: to,
      override_reason: reason.trim() || null,
    }),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate(undefined);
      }}
    >
      <Stack gap="xs">
        <MultiSelect
          label={t('offer.send.to')}
          data={(people.data ?? []).map((one) => ({ value: one.person_id, label: one.name }))}
          value={to}
          onChange={setTo}
        />
        {offer.lacking.length > 0 && (
          <TextInput
            required
            label={t('offer.send.override')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        <Group>
          <Button type="submit" size="compact-sm" disabled={to.length === 0} loading={send.isPending}>
            {t('offer.mark_sent')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function FeedbackForm({ deal, offer }: { deal: Deal; offer: Offer }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<string>('reply');
  const [words, setWords] = useState('');
  const add = useDealWrite(
    () => api.post(`/deals/${deal.id}/offers/${offer.id}/feedback`, { kind, words: words.trim() || null }),
    () => setWords(''),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(undefined);
      }}
    >
      <Group gap="xs" align="flex-end">
        <Select
          w={170}
          label={t('offer.feedback.title')}
          allowDeselect={false}
          data={feedbackKinds.map((one) => ({ value: one, label: t(`offer.feedback.${one}`) }))}
          value={kind}
          onChange={(next) => next && setKind(next)}
        />
        <TextInput
          flex={1}
          label={t('qualification.discovery.words')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Button type="submit" variant="light" loading={add.isPending}>
          {t('kit.add')}
        </Button>
      </Group>
    </form>
  );
}
