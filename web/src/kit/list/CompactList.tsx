import { VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Company, Deal, Kind, Person, RecordBase } from '@/api/model';
import { recordRoutes } from '@/api/records';
import { dealNames } from '../dealNames';
import { Grade } from '../fields/FieldValue';
import { useFormat } from '../format';
import { StageDot } from '../StageDot';
import { titleOf } from '../titleOf';
import type { Extra } from './extras';
import classes from './list.module.css';
import { useRowKeys } from './useRowKeys';

interface CompactListProps {
  kind: Kind;
  rows: RecordBase[];
  openId?: string;
  /** Shown in a line of their own. */
  extras?: Extra[];
  onOpen: (id: string) => void;
  onEnd: () => void;
}

const plainHeight = 54;
const fullHeight = 80;

function useDetail(kind: Kind) {
  const format = useFormat();
  return (record: RecordBase): string => {
    if (kind === 'company') return [record.domain, record.industry].filter(Boolean).join(' · ');
    if (kind === 'person') {
      const person = record as Person;
      return [person.title, person.company_name].filter(Boolean).join(' · ');
    }
    const deal = record as Deal;
    const { company, own } = dealNames(deal);
    return [company && own, format.money(deal.value, true)].filter(Boolean).join(' · ');
  };
}

function dealTitle(record: RecordBase): string {
  const { company, own } = dealNames(record as Deal);
  return company ?? own;
}

function StageMark({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  return (
    <span title={t(`stage.${deal.stage}.name`)}>
      <StageDot stage={deal.stage} size={7} />{' '}
      <VisuallyHidden>{t(`stage.${deal.stage}.name`)} </VisuallyHidden>
    </span>
  );
}

/** The list as it stands beside an open record: names and one line of detail. */
export function CompactList({ kind, rows, openId, extras = [], onOpen, onEnd }: CompactListProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const detail = useDetail(kind);
  const rowHeight = extras.length > 0 ? fullHeight : plainHeight;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  useRowKeys({ rows, open: onOpen, show: (index) => rows[index] && onOpen(rows[index].id) });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - 10) onEnd();
  }, [last, rows.length, onEnd]);
  return (
    <div ref={scroll} className={classes.scroll}>
      <div className={classes.body} style={{ blockSize: virtual.getTotalSize() }}>
        {items.map((item) => {
          const record = rows[item.index] as Company | undefined;
          if (!record) return null;
          return (
            <Link
              key={record.id}
              to={recordRoutes[kind]}
              params={{ id: record.id }}
              search={(old) => old}
              className={classes.compactRow}
              data-open={record.id === openId || undefined}
              aria-current={record.id === openId || undefined}
              style={{
                position: 'absolute',
                insetInline: 0,
                transform: `translateY(${item.start}px)`,
                blockSize: rowHeight,
              }}
            >
              <span className={classes.compactHead}>
                <span className={classes.compactName}>
                  {kind === 'deal' ? dealTitle(record) : titleOf(record)}
                </span>
                {kind === 'company' && record.icp_grade && <Grade grade={record.icp_grade} />}
              </span>
              <span className={classes.compactDetail}>
                {kind === 'deal' && <StageMark deal={record as RecordBase as Deal} />}
                {detail(record)}
              </span>
              {extras.length > 0 && (
                <span className={classes.compactExtras}>
                  {extras.map(({ key, Cell }) => (
                    <Cell key={key} record={record} />
                  ))}
                </span>
              )}
            </Link>
          );
        })}
      </div>
    </div>
  );
}
