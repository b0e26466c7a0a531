import { Checkbox } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  columnSizingFeature,
  createColumnHelper,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  type Updater,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, Kind, RecordBase } from '@/api/model';
import { useCan } from '@/app/session';
import { fieldLabel } from '../fields/labels';
import type { Extra } from './extras';
import classes from './list.module.css';
import { Row } from './Row';
import { useRowKeys } from './useRowKeys';

const features = tableFeatures({ rowSelectionFeature, columnSizingFeature });
const helper = createColumnHelper<typeof features, RecordBase>();
const rowHeight = 36;
const selectWidth = 36;

const widths: Record<string, number> = {
  number: 90,
  money: 110,
  date: 110,
  instant: 120,
  yes_no: 80,
  choice: 115,
  user: 120,
};

export interface DataTableProps {
  kind: Kind;
  label: string;
  fields: Field[];
  extras: Extra[];
  rows: RecordBase[];
  sort: string;
  onSort: (sort: string) => void;
  selection: RowSelectionState;
  onSelection: (next: Updater<RowSelectionState>) => void;
  openId?: string;
  onOpen: (id: string) => void;
  /** Called when the last rows come into sight. */
  onEnd: () => void;
}

function widthOf(field: Field, index: number): number {
  if (index === 0) return 220;
  if (field.key === 'icp_grade') return 80;
  return widths[field.kind] ?? 150;
}

/** A table of any length: only the rows in sight are in the page. */
export function DataTable(props: DataTableProps) {
  const { t, i18n } = useTranslation();
  const canEdit = useCan('rep');
  const scroll = useRef<HTMLDivElement>(null);
  const columns = useMemo(
    () =>
      props.fields.map((field, index) =>
        helper.display({
          id: field.key,
          size: props.extras.find((one) => one.key === field.key)?.width ?? widthOf(field, index),
          header: () => fieldLabel(field, i18n.language),
        }),
      ),
    [props.fields, props.extras, i18n.language],
  );
  const table = useTable({
    features,
    columns,
    data: props.rows,
    getRowId: (row) => row.id,
    state: { rowSelection: props.selection },
    onRowSelectionChange: props.onSelection,
  });
  const rows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const active = useRowKeys({
    rows: props.rows,
    open: props.onOpen,
    select: (id) => table.getRow(id).toggleSelected(),
    show: (index) => virtual.scrollToIndex(index),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const { onEnd } = props;
  useEffect(() => {
    if (last >= rows.length - 10) onEnd();
  }, [last, rows.length, onEnd]);
  const template = `${selectWidth}px ${columns.map((column) => `minmax(${column.size}px, ${column.size}fr)`).join(' ')}`;
  const all = rows.length > 0 && rows.every((row) => row.getIsSelected());
  return (
    <div ref={scroll} className={classes.scroll}>
      <div
        role="table"
        aria-label={props.label}
        aria-rowcount={-1}
        className={classes.table}
        style={{ '--columns': template } as React.CSSProperties}
      >
        <div role="rowgroup" className={classes.head}>
          <div role="row" className={classes.row}>
            <span role="columnheader" className={classes.tick}>
              <Checkbox
                size="xs"
                checked={all}
                indeterminate={!all && Object.keys(props.selection).length > 0}
                onChange={() => table.toggleAllRowsSelected(!all)}
                aria-label={t('kit.list.select_all')}
              />
            </span>
            {props.fields.map((field) => (
              <ColumnHead key={field.key} field={field} sort={props.sort} onSort={props.onSort} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes.body} style={{ blockSize: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <Row
                key={row.id}
                kind={props.kind}
                fields={props.fields}
                extras={props.extras}
                record={row.original}
                index={item.index}
                top={item.start}
                editable={canEdit}
                selected={row.getIsSelected()}
                active={active === row.id}
                open={props.openId === row.id}
                onSelect={() => row.toggleSelected()}
                onOpen={props.onOpen}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function ColumnHead({ field, sort, onSort }: { field: Field; sort: string; onSort: (sort: string) => void }) {
  const { t, i18n } = useTranslation();
  const name = fieldLabel(field, i18n.language);
  const rising = sort === field.key;
  const falling = sort === `-${field.key}`;
  const end = field.kind === 'number' || field.kind === 'money';
  const next = rising ? `-${field.key}` : falling ? '' : field.key;
  return (
    <span
      role="columnheader"
      className={classes.heading}
      data-end={end || undefined}
      aria-sort={rising ? 'ascending' : falling ? 'descending' : undefined}
    >
      {field.sortable ? (
        <button
          type="button"
          className={classes.sort}
          title={t(rising ? 'kit.list.sort_desc' : 'kit.list.sort_asc')}
          onClick={() => onSort(next)}
        >
          {name}
          {rising && <IconArrowUp size={12} aria-hidden />}
          {falling && <IconArrowDown size={12} aria-hidden />}
        </button>
      ) : (
        name
      )}
    </span>
  );
}
