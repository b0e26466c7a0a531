import { Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type EvidenceKind, evidenceKinds, type Factor } from '@/api/bant';
import { api } from '@/api/http';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';

interface RateFormProps {
  deal: { id: string };
  factor: Factor;
  /** How things are usually known here. */
  kind?: EvidenceKind;
  onDone: () => void;
}

/** What they themselves said or wrote; anything else never confirms a factor. */
const theirs: readonly EvidenceKind[] = ['document', 'conversation', 'written'];

/** A rating with what it rests on. */
export function RateForm({ deal, factor, kind: usual = 'conversation', onDone }: RateFormProps) {
  const { t } = useTranslation();
  const [rating, setRating] = useState('1');
  const [kind, setKind] = useState<EvidenceKind>(usual);
  const [quote, setQuote] = useState('');
  const [url, setUrl] = useState('');
  const rate = useDealWrite(
    () =>
      api.post(`/deals/${deal.id}/bant/${factor}`, {
        rating: Number(rating),
        kind,
        quote: quote.trim() || null,
        url: url.trim() || null,
      }),
    onDone,
  );
  const isTheirs = theirs.includes(kind);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rate.mutate(undefined);
      }}
    >
      <Stack gap="xs" mt="xs" className={classes.box}>
        <SegmentedControl
          size="xs"
          aria-label={t(`qualification.bant.factor.${factor}`)}
          value={rating}
          onChange={setRating}
          data={(['0', '1', '2'] as const).map((one) => ({
            value: one,
            label: t(`qualification.bant.rating.${factor}_${one}`),
          }))}
        />
        <Group gap="xs" align="flex-end">
          <Select
            label={t('qualification.bant.known_from')}
            allowDeselect={false}
            data={evidenceKinds.map((one) => ({ value: one, label: t(`qualification.evidence.${one}`) }))}
            value={kind}
            onChange={(next) => next && setKind(next as EvidenceKind)}
          />
          <TextInput
            flex={1}
            miw={160}
            label={t(isTheirs ? 'qualification.discovery.words' : 'prospecting.desk.quote')}
            value={quote}
            onChange={(event) => setQuote(event.currentTarget.value)}
          />
          {!isTheirs && (
            <TextInput
              flex={1}
              miw={160}
              label={t('prospecting.desk.source')}
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
          )}
          <Button type="submit" variant="light" loading={rate.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
        {!isTheirs && (
          <Text size="xs" c="dimmed">
            {t('qualification.bant.not_theirs')}
          </Text>
        )}
      </Stack>
    </form>
  );
}
