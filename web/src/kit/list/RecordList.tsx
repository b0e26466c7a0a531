import { Button, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconFilterOff } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { RowSelectionState } from '@tanstack/react-table';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { openListOf } from '@/api/lists';
import type { Field, Kind, RecordBase } from '@/api/model';
import { countQuery, listQuery, recordRoutes, useFields } from '@/api/records';
import { EmptyState } from '../EmptyState';
import { useFormat } from '../format';
import { ProblemAlert } from '../ProblemAlert';
import { BulkBar } from './BulkBar';
import { ColumnMenu } from './ColumnMenu';
import { CompactList } from './CompactList';
import { DataTable } from './DataTable';
import { ExportMenu } from './ExportMenu';
import { type Extra, extraField } from './extras';
import { FilterChips } from './FilterChips';
import { ListMenu } from './ListMenu';
import classes from './list.module.css';
import { SearchBox } from './SearchBox';
import { useListState } from './useListState';
import { ViewTabs } from './ViewTabs';

interface RecordListProps {
  kind: Kind;
  /** Conditions the page itself sets, such as the stage of a room. */
  fixed?: string[];
  /** The record open beside the list; the list then shows names only. */
  openId?: string;
  /** Shown while the workspace has no such record at all. */
  empty: ReactNode;
  /** Buttons at the right end of the first line. */
  actions?: ReactNode;
  /** Columns beside the record's own fields. */
  extras?: Extra[];
}

const noExtras: Extra[] = [];

function useRows(kind: Kind, query: ReturnType<typeof useListState>['query']) {
  const list = useInfiniteQuery(listQuery<RecordBase>(kind, query));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { list, rows, more };
}

export function RecordList({ kind, fixed, openId, empty, actions, extras = noExtras }: RecordListProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const state = useListState(kind, fixed);
  const fields = useFields(kind);
  const columns = useMemo(() => [...fields, ...extras.map(extraField)], [fields, extras]);
  const { list, rows, more } = useRows(kind, state.query);
  const [selection, setSelection] = useState<RowSelectionState>({});
  const open = useCallback(
    (id: string) => navigate({ to: recordRoutes[kind], params: { id }, search: (old) => old }),
    [navigate, kind],
  );
  const shown = useMemo(
    () =>
      state.columns
        .map((key) => columns.find((field) => field.key === key))
        .filter(
          (one): one is Field => !!one && !fixed?.some((condition) => condition.startsWith(`${one.key}.eq.`)),
        ),
    [state.columns, columns, fixed],
  );
  const filtered = state.conditions.length > 0 || state.query.q !== '';
  const kindName = t(`records.${kind}.many`);
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const ids = Object.keys(selection).filter((id) => selection[id]);
  const search = <SearchBox kindName={kindName} words={state.query.q} onWords={state.setWords} />;
  if (openId) {
    return (
      <div className={classes.panel}>
        <div className={classes.bar}>{search}</div>
        <CompactList kind={kind} rows={rows} openId={openId} onOpen={open} onEnd={more} />
      </div>
    );
  }
  return (
    <div className={classes.panel}>
      {!fixed && (
        <VisuallyHidden>
          <h1>{kindName}</h1>
        </VisuallyHidden>
      )}
      <div className={`${classes.bar} ${classes.first}`}>
        <ViewTabs kind={kind} state={state} />
        <span className={classes.spring} />
        {actions}
      </div>
      <div className={`${classes.bar} ${classes.second}`}>
        {search}
        {kind !== 'deal' && <ListMenu kind={kind} state={state} />}
        <FilterChips fields={fields} conditions={state.conditions} onChange={state.setConditions} />
        <span className={classes.spring} />
        <Count kind={kind} state={state} />
        <ColumnMenu fields={columns} columns={state.columns} onChange={state.setColumns} />
        <ExportMenu kind={kind} query={state.query} />
      </div>
      <ProblemAlert error={list.error} retry={() => list.refetch()} />
      {list.isSuccess && rows.length === 0 ? (
        filtered ? (
          <EmptyState
            icon={<IconFilterOff size={32} stroke={1.3} />}
            title={t('kit.list.nothing')}
            text={t('kit.list.nothing_text')}
            action={
              <Button variant="light" onClick={state.clear}>
                {t('kit.list.clear_filters')}
              </Button>
            }
          />
        ) : (
          empty
        )
      ) : narrow ? (
        <CompactList kind={kind} rows={rows} extras={extras} onOpen={open} onEnd={more} />
      ) : (
        <DataTable
          kind={kind}
          label={t('kit.list.table', { kind: kindName })}
          fields={shown}
          extras={extras}
          rows={rows}
          sort={state.query.sort}
          onSort={state.setSort}
          selection={selection}
          onSelection={setSelection}
          onOpen={open}
          onEnd={more}
        />
      )}
      {ids.length > 0 && (
        <BulkBar
          kind={kind}
          fields={fields}
          ids={ids}
          records={rows.filter((row) => selection[row.id])}
          openList={openListOf(state.conditions)}
          onClear={() => setSelection({})}
        />
      )}
    </div>
  );
}

function Count({ kind, state }: { kind: Kind; state: ReturnType<typeof useListState> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(countQuery(kind, state.query));
  if (!data) return null;
  const exact = format.number(data.count);
  const shown = data.capped ? t('kit.list.at_least', { shown: exact }) : exact;
  return (
    <span role="status" className={classes.compactDetail}>
      {t(`kit.list.count.${kind}`, { count: data.count, shown })}
    </span>
  );
}
