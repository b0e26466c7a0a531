import { Button } from '@mantine/core';
import { IconBuilding, IconCurrencyDollar, IconPlus, IconTableImport, IconUsers } from '@tabler/icons-react';
import { Link, Outlet, useMatches, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Kind } from '@/api/model';
import { recordRoutes } from '@/api/records';
import { useCan } from '@/app/session';
import { isTyping } from '@/app/shell/useShortcuts';
import { createRecord } from '@/kit/createRecord';
import { EmptyState } from '@/kit/EmptyState';
import { RecordList } from '@/kit/list/RecordList';
import { prospectExtras } from '../1-prospecting/extras';
import classes from './records.module.css';

const icons = { company: IconBuilding, person: IconUsers, deal: IconCurrencyDollar };

/** The kind that the route in force was made for. */
export function useKind(): Kind {
  const kind = useMatches({ select: (all) => all.map((one) => one.staticData.kind).find(Boolean) });
  return kind ?? 'company';
}

/** A list of companies, people or deals; an open record stands beside it. */
export function RecordsPage() {
  const kind = useKind();
  const openId = useMatches({ select: (all) => (all.at(-1)?.params as { id?: string } | undefined)?.id });
  return (
    <div className={classes.page} data-open={openId ? true : undefined}>
      <div className={classes.list}>
        <RecordList
          key={kind}
          kind={kind}
          openId={openId}
          empty={<NoRecords kind={kind} />}
          actions={<ListActions kind={kind} />}
          extras={prospectExtras[kind]}
        />
      </div>
      {openId && (
        <div className={classes.record}>
          <Outlet />
        </div>
      )}
    </div>
  );
}

function useCreate(kind: Kind) {
  const navigate = useNavigate();
  return () =>
    createRecord(kind, {
      onCreated: (record) =>
        navigate({ to: recordRoutes[kind], params: { id: record.id }, search: (old) => old }),
    });
}

function ListActions({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const create = useCreate(kind);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'n' || event.defaultPrevented || isTyping(event) || event.metaKey || event.ctrlKey)
        return;
      if (document.querySelector('[role="dialog"]')) return;
      event.preventDefault();
      create();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
  if (!canWrite) return null;
  return (
    <>
      <Button
        component={Link}
        to="/imports"
        variant="default"
        visibleFrom="sm"
        leftSection={<IconTableImport size={14} />}
      >
        {t('records.import')}
      </Button>
      <Button leftSection={<IconPlus size={14} />} onClick={create}>
        {t(`records.${kind}.create`)}
      </Button>
    </>
  );
}

function NoRecords({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const create = useCreate(kind);
  const Icon = icons[kind];
  return (
    <EmptyState
      icon={<Icon size={32} stroke={1.3} />}
      title={t(`records.${kind}.empty`)}
      text={t(`records.${kind}.empty_text`)}
      action={
        kind === 'company' ? (
          <Button component={Link} to="/imports" leftSection={<IconTableImport size={14} />}>
            {t('records.import')}
          </Button>
        ) : (
          <Button onClick={create}>{t(`records.${kind}.create`)}</Button>
        )
      }
    />
  );
}
