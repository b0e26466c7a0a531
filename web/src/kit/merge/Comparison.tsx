import { Anchor, Badge, Radio, Text, VisuallyHidden } from '@mantine/core';
import { IconExternalLink, IconPlus } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Company, Person, RecordBase } from '@/api/model';
import { fieldOf, paths, useFields } from '@/api/records';
import { FieldValue } from '../fields/FieldValue';
import { fieldLabel, isEmpty } from '../fields/labels';
import { useFormat } from '../format';
import { titleOf } from '../titleOf';
import {
  type Choices,
  type ComparedField,
  compared,
  type MergeKind,
  type Preview,
  type Side,
  sides,
} from './compare';
import classes from './merge.module.css';

interface ComparisonProps {
  kind: MergeKind;
  records: Record<Side, RecordBase>;
  /** The record that stays; null where both do. */
  keep: Side | null;
  preview: Preview;
  choices: Choices;
  /** Without it nothing can be chosen. */
  onChoose?: (field: string, side: Side) => void;
}

/** Two records side by side, field by field: what is equal is quiet, what differs is a choice. */
export function Comparison({ kind, records, keep, preview, choices, onChoose }: ComparisonProps) {
  const fields = useFields(kind);
  const rows = compared(kind, fields, records, keep ?? 'a', preview, choices);
  return (
    <div className={classes.frame}>
      <div className={classes.comparison}>
        <div className={classes.row}>
          <span className={classes.label} />
          {sides.map((side) => (
            <Head key={side} kind={kind} record={records[side]} stays={keep && side === keep} />
          ))}
        </div>
        {rows.map((row) => (
          <Row key={row.field.key} row={row} records={records} keep={keep} onChoose={onChoose} />
        ))}
      </div>
    </div>
  );
}

interface HeadProps {
  kind: MergeKind;
  record: RecordBase;
  stays: boolean | null;
}

function Head({ kind, record, stays }: HeadProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = titleOf(record);
  const detail =
    kind === 'company'
      ? (record as Company).domain
      : [(record as Person).title, (record as Person).company_name].filter(Boolean).join(' · ');
  return (
    <div className={classes.head} data-stays={stays || undefined}>
      {stays !== null && (
        <Badge variant={stays ? 'filled' : 'outline'} color={stays ? undefined : 'gray'}>
          {t(stays ? 'kit.merge.stays' : 'kit.merge.goes')}
        </Badge>
      )}
      <Anchor href={`${paths[kind]}/${record.id}`} target="_blank" c="inherit" fw={600}>
        {name} <IconExternalLink size={12} aria-hidden />
        <VisuallyHidden> {t('kit.merge.new_tab')}</VisuallyHidden>
      </Anchor>
      <Text size="xs" c="dimmed">
        {[detail, t('kit.merge.added', { date: format.date(record.created_at) })].filter(Boolean).join(' · ')}
      </Text>
    </div>
  );
}

interface RowProps {
  row: ComparedField;
  records: Record<Side, RecordBase>;
  keep: Side | null;
  onChoose?: (field: string, side: Side) => void;
}

function Row({ row, records, keep, onChoose }: RowProps) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const { field, fate, takes } = row;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles support it
    <div
      className={classes.row}
      data-fate={fate}
      role={fate === 'choice' ? 'radiogroup' : 'group'}
      aria-labelledby={id}
    >
      <span className={classes.label}>
        <span id={id}>{fieldLabel(field, i18n.language)}</span>
        {keep && fate === 'united' && <span className={classes.note}>{t('kit.merge.united')}</span>}
      </span>
      {sides.map((side) => (
        <div
          key={side}
          className={classes.cell}
          data-taken={(fate !== 'same' && (takes === side || takes === 'both')) || undefined}
          data-left={(keep && takes !== side && takes !== 'both') || undefined}
        >
          {keep && (
            <VisuallyHidden>{t(side === keep ? 'kit.merge.stays' : 'kit.merge.goes')}: </VisuallyHidden>
          )}
          {fate === 'choice' && onChoose ? (
            <Radio
              size="xs"
              name={id}
              label={<FieldValue plain field={field} record={records[side]} />}
              checked={takes === side}
              onChange={() => onChoose(field.key, side)}
              aria-describedby={id}
            />
          ) : (
            <Value row={row} record={records[side]} fills={fate === 'fills' && takes === side} />
          )}
        </div>
      ))}
    </div>
  );
}

function Value({ row, record, fills }: { row: ComparedField; record: RecordBase; fills: boolean }) {
  const { t } = useTranslation();
  if (isEmpty(fieldOf(record, row.field))) return <span className={classes.empty}>–</span>;
  return (
    <>
      <FieldValue plain field={row.field} record={record} />
      {fills && (
        <span className={classes.fills}>
          <IconPlus size={12} aria-hidden />
          {t('kit.merge.fills')}
        </span>
      )}
    </>
  );
}
