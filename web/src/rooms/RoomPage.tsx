import { Button, Skeleton, Tabs, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type StageKey, stageKeys } from '@/api/model';
import { useCan } from '@/app/session';
import { createRecord } from '@/kit/createRecord';
import { EmptyState } from '@/kit/EmptyState';
import { RecordList } from '@/kit/list/RecordList';
import { StageDot } from '@/kit/StageDot';
import classes from './room.module.css';

const DuplicatesLink = lazy(async () => ({
  default: (await import('./1-prospecting/DuplicatesLink')).DuplicatesLink,
}));

const ResearchLinks = lazy(async () => ({
  default: (await import('./1-prospecting/ResearchLinks')).ResearchLinks,
}));

interface RoomTab {
  key: string;
  label:
    | 'prospecting.tab.icp'
    | 'prospecting.tab.territories'
    | 'prospecting.tab.inbound'
    | 'prospecting.tab.enrichment'
    | 'outreach.tab.sequences'
    | 'outreach.tab.snippets'
    | 'outreach.tab.pieces'
    | 'outreach.tab.inbox'
    | 'discovery.frameworks'
    | 'discovery.report.tab'
    | 'nurturing.tab.content'
    | 'nurturing.tab.tracks'
    | 'nurturing.tab.clock'
    | 'offer.tab.catalogue'
    | 'offer.tab.rules'
    | 'offer.tab.report'
    | 'offerpage.look.tab'
    | 'objections.tab.open'
    | 'objections.tab.library'
    | 'objections.tab.early'
    | 'closing.facts.tab';
  Body: ComponentType;
}

/** What a room holds besides its deals. */
const extra: Partial<Record<StageKey, RoomTab[]>> = {
  prospecting: [
    {
      key: 'icp',
      label: 'prospecting.tab.icp',
      Body: lazy(async () => ({ default: (await import('./1-prospecting/IcpProfiles')).IcpProfiles })),
    },
    {
      key: 'territories',
      label: 'prospecting.tab.territories',
      Body: lazy(async () => ({ default: (await import('./1-prospecting/Territories')).Territories })),
    },
    {
      key: 'inbound',
      label: 'prospecting.tab.inbound',
      Body: lazy(async () => ({ default: (await import('./1-prospecting/LeadForms')).LeadForms })),
    },
    {
      key: 'enrichment',
      label: 'prospecting.tab.enrichment',
      Body: lazy(async () => ({ default: (await import('./1-prospecting/Sources')).Sources })),
    },
  ],
  outreach: [
    {
      key: 'sequences',
      label: 'outreach.tab.sequences',
      Body: lazy(async () => ({ default: (await import('./2-outreach/Sequences')).Sequences })),
    },
    {
      key: 'snippets',
      label: 'outreach.tab.snippets',
      Body: lazy(async () => ({ default: (await import('./2-outreach/Snippets')).Snippets })),
    },
    {
      key: 'pieces',
      label: 'outreach.tab.pieces',
      Body: lazy(async () => ({ default: (await import('./2-outreach/Pieces')).Pieces })),
    },
    {
      key: 'inbox',
      label: 'outreach.tab.inbox',
      Body: lazy(async () => ({ default: (await import('./2-outreach/Unmatched')).Unmatched })),
    },
  ],
  qualification: [
    {
      key: 'frameworks',
      label: 'discovery.frameworks',
      Body: lazy(async () => ({
        default: (await import('./3-qualification/frameworks/Frameworks')).Frameworks,
      })),
    },
    {
      key: 'fit',
      label: 'discovery.report.tab',
      Body: lazy(async () => ({ default: (await import('./3-qualification/decision/FitReport')).FitReport })),
    },
  ],
  nurturing: [
    {
      key: 'content',
      label: 'nurturing.tab.content',
      Body: lazy(async () => ({ default: (await import('./4-nurturing/Library')).Library })),
    },
    {
      key: 'tracks',
      label: 'nurturing.tab.tracks',
      Body: lazy(async () => ({ default: (await import('./4-nurturing/Tracks')).Tracks })),
    },
    {
      key: 'clock',
      label: 'nurturing.tab.clock',
      Body: lazy(async () => ({ default: (await import('./4-nurturing/ResponseTimes')).ResponseTimes })),
    },
  ],
  offer: [
    {
      key: 'catalogue',
      label: 'offer.tab.catalogue',
      Body: lazy(async () => ({ default: (await import('./5-offer/catalogue/Catalogue')).Catalogue })),
    },
    {
      key: 'rules',
      label: 'offer.tab.rules',
      Body: lazy(async () => ({ default: (await import('./5-offer/catalogue/RulesTab')).RulesTab })),
    },
    {
      key: 'look',
      label: 'offerpage.look.tab',
      Body: lazy(async () => ({ default: (await import('./5-offer/page/LookTab')).LookTab })),
    },
    {
      key: 'report',
      label: 'offer.tab.report',
      Body: lazy(async () => ({ default: (await import('./5-offer/catalogue/ReportTab')).ReportTab })),
    },
  ],
  objections: [
    {
      key: 'open',
      label: 'objections.tab.open',
      Body: lazy(async () => ({ default: (await import('./6-objections/OpenObjections')).OpenObjections })),
    },
    {
      key: 'library',
      label: 'objections.tab.library',
      Body: lazy(async () => ({ default: (await import('./6-objections/Responses')).Responses })),
    },
    {
      key: 'early',
      label: 'objections.tab.early',
      Body: lazy(async () => ({ default: (await import('./6-objections/EarlyReport')).EarlyReport })),
    },
  ],
  closing: [
    {
      key: 'facts',
      label: 'closing.facts.tab',
      Body: lazy(async () => ({ default: (await import('./7-closing/Facts')).Facts })),
    },
  ],
};

/** One of the seven rooms: what it is for, its open deals, and its own tools. */
export function RoomPage() {
  const { t } = useTranslation();
  const { stage } = useParams({ from: '/app/rooms/$stage' });
  const { tab } = useSearch({ from: '/app/rooms/$stage' });
  const navigate = useNavigate();
  const tabs = extra[stage] ?? [];
  const current = tabs.find((one) => one.key === tab);
  return (
    <div className={classes.room}>
      <header className={classes.head}>
        <div className={classes.title}>
          <StageDot stage={stage} size={10} />
          <Title order={1}>
            {stageKeys.indexOf(stage) + 1} {t(`stage.${stage}.name`)}
          </Title>
        </div>
        <Text>{t(`stage.${stage}.purpose`)}</Text>
        <Text size="xs" c="dimmed">
          {t(`stage.${stage}.leave`)}
        </Text>
      </header>
      {tabs.length > 0 && (
        <div className={classes.tabs}>
          <Tabs
            value={current?.key ?? 'deals'}
            onChange={(next) => navigate({ to: '.', search: next === 'deals' || !next ? {} : { tab: next } })}
            className={classes.tabList}
          >
            <Tabs.List>
              <Tabs.Tab value="deals">{t('records.deal.many')}</Tabs.Tab>
              {tabs.map((one) => (
                <Tabs.Tab key={one.key} value={one.key}>
                  {t(one.label)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
          </Tabs>
          {stage === 'prospecting' && (
            <div className={classes.beside}>
              <Suspense>
                <ResearchLinks />
                <DuplicatesLink />
              </Suspense>
            </div>
          )}
        </div>
      )}
      {current ? (
        <div className={classes.body}>
          <Suspense fallback={<Skeleton h={120} />}>
            <current.Body />
          </Suspense>
        </div>
      ) : (
        <RoomDeals key={stage} stage={stage} />
      )}
    </div>
  );
}

function RoomDeals({ stage }: { stage: StageKey }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const canWrite = useCan('rep');
  const fixed = useMemo(
    () => [`stage.eq.${stage}`, stage === 'nurturing' ? 'status.in.open,not_yet' : 'status.eq.open'],
    [stage],
  );
  const create = () =>
    createRecord('deal', {
      onCreated: (deal) => navigate({ to: '/deals/$id', params: { id: deal.id }, search: {} }),
    });
  return (
    <RecordList
      kind="deal"
      fixed={fixed}
      actions={
        canWrite &&
        stage === 'prospecting' && (
          <Button leftSection={<IconPlus size={14} />} onClick={create}>
            {t('records.deal.create')}
          </Button>
        )
      }
      empty={
        <EmptyState
          icon={<StageDot stage={stage} size={20} />}
          title={t(`stage.${stage}.purpose`)}
          text={t(`stage.${stage}.leave`)}
          action={
            stage === 'prospecting' && canWrite ? (
              <Button onClick={create}>{t('records.deal.create')}</Button>
            ) : undefined
          }
        />
      }
    />
  );
}
