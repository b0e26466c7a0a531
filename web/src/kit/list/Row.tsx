import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, Kind, RecordBase } from '@/api/model';
import { recordRoutes } from '@/api/records';
import { FieldValue } from '../fields/FieldValue';
import { FieldEditor } from '../fields/InlineField';
import { titleOf } from '../titleOf';
import type { Extra } from './extras';
import classes from './list.module.css';

interface RowProps {
  kind: Kind;
  fields: Field[];
  extras: Extra[];
  record: RecordBase;
  index: number;
  top: number;
  editable: boolean;
  selected: boolean;
  active: boolean;
  open: boolean;
  onSelect: () => void;
  onOpen: (id: string) => void;
}

/** A row opens its record on a click; a double click on a cell edits that cell. */
export const Row = memo(function Row(props: RowProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<string | null>(null);
  const { record, kind } = props;
  const name = titleOf(record);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the name in the row is a link, and j, k and Enter work on the list
    <div
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.selected}
      className={`${classes.row} ${classes.record}`}
      data-active={props.active || undefined}
      data-open={props.open || undefined}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={(event) => {
        const target = event.target as HTMLElement;
        if (editing || target.closest('a, button, input, label')) return;
        if (event.detail === 1 && !window.getSelection()?.toString()) props.onOpen(record.id);
      }}
    >
      <span role="cell" className={classes.tick}>
        <Checkbox
          size="xs"
          checked={props.selected}
          onChange={props.onSelect}
          aria-label={t('kit.list.select_row', { name })}
        />
      </span>
      {props.fields.map((field, index) => (
        <span
          key={field.key}
          role="cell"
          className={classes.cell}
          data-end={field.kind === 'number' || field.kind === 'money' || undefined}
          onDoubleClick={() => props.editable && field.editable && setEditing(field.key)}
        >
          {editing === field.key ? (
            <FieldEditor kind={kind} field={field} record={record} onClose={() => setEditing(null)} />
          ) : index === 0 ? (
            <Link
              to={recordRoutes[kind]}
              params={{ id: record.id }}
              search={(old) => old}
              className={classes.name}
            >
              {name}
            </Link>
          ) : (
            <Cell field={field} record={record} extras={props.extras} />
          )}
        </span>
      ))}
    </div>
  );
});

function Cell({ field, record, extras }: Pick<RowProps, 'record' | 'extras'> & { field: Field }) {
  const extra = extras.find((one) => one.key === field.key);
  return extra ? <extra.Cell record={record} /> : <FieldValue field={field} record={record} />;
}
