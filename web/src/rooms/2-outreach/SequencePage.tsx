import { Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { Page } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { AddStep } from './editor/AddStep';
import { EditorBar } from './editor/EditorBar';
import { FaultsContext } from './editor/faults';
import { SequenceHead } from './editor/SequenceHead';
import { StepList } from './editor/StepList';
import { useDraft } from './editor/useDraft';
import { useLeaveGuard } from './editor/useLeaveGuard';
import { useSaving } from './editor/useSaving';
import { useSteps } from './editor/useSteps';
import { ToFile } from './file/ToFile';
import { type Sequence, sequenceQuery, variantsQuery } from './outreach';
import classes from './outreach.module.css';
import { PreviewFor } from './PreviewFor';
import { SendTimes } from './SendTimes';
import { windowsFault } from './windows';

const MapEditor = lazy(async () => ({ default: (await import('./map/MapEditor')).MapEditor }));

export function SequencePage() {
  const { id } = useParams({ from: '/app/sequences/$id' });
  const sequence = useQuery(sequenceQuery(id));
  if (sequence.isPending) return <Skeleton m="lg" h={300} />;
  if (sequence.isError) return <ProblemAlert error={sequence.error} retry={() => sequence.refetch()} />;
  return <Editor key={id} sequence={sequence.data} />;
}

/** The steps as a list or as a map; beside them how they read for one recipient. */
function Editor({ sequence }: { sequence: Sequence }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const { view } = useSearch({ from: '/app/sequences/$id' });
  const editing = useDraft(sequence);
  const { draft, change, unsaved } = editing;
  const saving = useSaving(sequence, editing);
  const figures = useQuery(variantsQuery(sequence.id, sequence.revision));
  useLeaveGuard(unsaved);
  const steps = useSteps(draft.steps, (next, what, moved) => {
    change({ steps: next }, what);
    saving.forget((field) => (moved ? field.startsWith('steps') : changedStep(field, draft.steps, next)));
  });
  const faulty = windowsFault(draft.windows) !== null;
  const shared = { steps: draft.steps, figures: figures.data ?? [], actions: steps };
  return (
    <FaultsContext value={saving.faults}>
      <Page
        wide
        back={
          <Link to="/rooms/$stage" params={{ stage: 'outreach' }} search={{ tab: 'sequences' }}>
            {t('outreach.tab.sequences')}
          </Link>
        }
        title={draft.name}
        lead={t('outreach.sequence.lead')}
        actions={
          canWrite && <EditorBar sequence={sequence} editing={editing} saving={saving} faulty={faulty} />
        }
      >
        <SequenceHead
          draft={draft}
          change={(next, what) => {
            change(next, what);
            saving.forget((field) => field in next);
          }}
        />
        {sequence.state === 'active' && unsaved && (
          <Text c="dimmed" role="status">
            {t('outreach.sequence.from_now_on')}
          </Text>
        )}
        <Group justify="space-between" gap="xs">
          <ViewSwitch map={view === 'map'} />
          {/* The file holds what is saved. */}
          {!unsaved && <ToFile id={sequence.id} />}
        </Group>
        {view === 'map' ? (
          <Suspense fallback={<Skeleton h={400} />}>
            <MapEditor {...shared} />
          </Suspense>
        ) : (
          <div className={classes.editor}>
            <Stack gap="md">
              <StepList {...shared} />
              <Group>
                <AddStep onAdd={steps.add} />
              </Group>
              <SendTimes
                value={draft.windows}
                readOnly={!canWrite}
                onChange={(windows) => change({ windows })}
              />
            </Stack>
            <div className={classes.aside}>
              <PreviewFor sequenceId={sequence.id} steps={draft.steps} />
            </div>
          </div>
        )}
      </Page>
    </FaultsContext>
  );
}

/** Whether a field belongs to a step that is no longer the same. */
function changedStep(field: string, old: readonly unknown[], next: readonly unknown[]): boolean {
  const at = Number(/^steps\.(\d+)\./.exec(field)?.[1] ?? -1);
  return at >= 0 && old[at] !== next[at];
}

function ViewSwitch({ map }: { map: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <SegmentedControl
      aria-label={t('outreach.map.switch')}
      value={map ? 'map' : 'list'}
      data={[
        { value: 'list', label: t('outreach.map.list') },
        { value: 'map', label: t('outreach.map.map') },
      ]}
      onChange={(next) => navigate({ to: '.', search: next === 'map' ? { view: 'map' } : {}, replace: true })}
    />
  );
}
