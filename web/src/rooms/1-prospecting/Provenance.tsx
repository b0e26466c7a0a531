import { Anchor, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/api/model';
import { useFormat } from '@/kit/format';
import { type EnrichedKind, enrichmentQuery, type SaidValue } from './enrichment';
import classes from './enrichment.module.css';

/** Says beside a field where its value comes from and how old it is. Nothing for what people typed. */
export function useProvenance(kind: EnrichedKind, id: string) {
  const { data } = useQuery(enrichmentQuery(kind, id));
  return (field: Field) => {
    const key = field.custom ? `custom.${field.key.replace(/^custom\./, '')}` : field.key;
    const of = data?.values.filter((value) => value.field === key && value.holds) ?? [];
    const best = of.find((value) => value.state === 'written') ?? of[0];
    return best ? <Provenance value={best} /> : null;
  };
}

function Provenance({ value }: { value: SaidValue }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = value.provider_name || t('enrichment.gone_source');
  const age = format.relative(value.fetched_at);
  const said = t(value.state === 'written' ? 'enrichment.from' : 'enrichment.confirmed', { name, age });
  const details = t('enrichment.details', {
    when: format.dateTime(value.fetched_at),
    share: format.percent(value.confidence, 0),
  });
  return (
    <Tooltip label={details} events={{ hover: true, focus: true, touch: true }} openDelay={300}>
      <Text size="xs" c="dimmed" className={classes.provenance}>
        {value.source_url?.startsWith('http') ? (
          <Anchor
            href={value.source_url}
            target="_blank"
            rel="noreferrer"
            c="dimmed"
            inherit
            className={classes.origin}
          >
            {said}
          </Anchor>
        ) : (
          said
        )}
      </Text>
    </Tooltip>
  );
}
