import { Checkbox, Group, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { DayInput } from '@/kit/fields/DayInput';
import { Panel } from '@/kit/Page';
import { bookVersionQuery, terms } from '../offer';
import { OfferIncentive } from '../page/OfferIncentive';
import { useTermName } from '../useTermName';
import type { PartProps } from './parts';

/** For how long, until when, how it is paid, and what else holds. */
export function TermsPanel({ offer, content, onChange, readOnly }: PartProps) {
  const { t } = useTranslation();
  const termName = useTermName();
  const book = useQuery(bookVersionQuery(content.price_book_version));
  const named = book.data?.content.terms.map((one) => one.term) ?? [];
  const offered = named.length > 0 ? named : [...terms];
  const choice = offered.includes(content.term) ? offered : [...offered, content.term];
  const text = (value: string) => value || null;
  return (
    <Panel title={t('offer.terms.title')}>
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <Select
            w={170}
            allowDeselect={false}
            disabled={readOnly}
            label={t('offer.terms.term')}
            data={choice.map((one) => ({ value: one, label: termName(one) }))}
            value={content.term}
            onChange={(term) => term && onChange({ ...content, term })}
          />
          <DayInput
            w={160}
            disabled={readOnly}
            label={t('offer.terms.valid_until')}
            value={content.valid_until}
            onChange={(valid_until) => onChange({ ...content, valid_until })}
          />
          <NumberInput
            w={150}
            min={0}
            max={365}
            allowDecimal={false}
            readOnly={readOnly}
            label={t('offer.terms.payment_days')}
            value={content.payment_days}
            onChange={(next) => onChange({ ...content, payment_days: Math.min(365, Number(next) || 0) })}
          />
          <Checkbox
            pb={8}
            disabled={readOnly || content.price_book_version !== null}
            label={t('offer.terms.inclusive')}
            checked={content.tax.inclusive ?? false}
            onChange={(event) =>
              onChange({ ...content, tax: { ...content.tax, inclusive: event.currentTarget.checked } })
            }
          />
          <Checkbox
            pb={8}
            disabled={readOnly}
            label={t('offer.terms.per_line')}
            checked={content.tax.per_line ?? false}
            onChange={(event) =>
              onChange({ ...content, tax: { ...content.tax, per_line: event.currentTarget.checked } })
            }
          />
        </Group>
        <TextInput
          maxLength={2000}
          readOnly={readOnly}
          label={t('offer.terms.payment_terms')}
          value={content.payment_terms}
          onChange={(event) => onChange({ ...content, payment_terms: event.currentTarget.value })}
        />
        <Textarea
          autosize
          minRows={2}
          readOnly={readOnly}
          label={t('offer.terms.clause')}
          description={t('offer.terms.clause_hint')}
          value={content.clause}
          onChange={(event) => onChange({ ...content, clause: event.currentTarget.value })}
        />
        <TextInput
          type="url"
          maxLength={2000}
          readOnly={readOnly}
          label={t('offer.terms.video')}
          value={content.video_url ?? ''}
          onChange={(event) => onChange({ ...content, video_url: text(event.currentTarget.value) })}
        />
        {!readOnly && offer.state === 'draft' && <OfferIncentive offer={offer} />}
      </Stack>
    </Panel>
  );
}
