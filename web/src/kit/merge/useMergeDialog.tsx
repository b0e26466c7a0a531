import { Skeleton } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { lazy, Suspense } from 'react';
import type { RecordMerge } from '@/api/generated/model';
import type { RecordBase } from '@/api/model';
import { notifyUndo } from '../notify';
import type { MergeKind } from './compare';
import { undoMerge, useRefreshMerged } from './queries';

const MergeForm = lazy(async () => ({ default: (await import('./MergeForm')).MergeForm }));

interface MergeOptions {
  /** The other record, where it is known. */
  other?: RecordBase;
  onMerged: (merge: RecordMerge) => void;
}

/** Opens the dialog that merges a record with another one; the merge can be taken back. */
export function useMergeDialog(kind: MergeKind) {
  const refresh = useRefreshMerged();
  return (record: RecordBase, options: MergeOptions): void => {
    const t = i18next.t;
    const done = (merge: RecordMerge) => {
      modals.close(id);
      options.onMerged(merge);
      void refresh();
      notifyUndo(t('kit.merge.done', { merged: merge.merged_name, kept: merge.kept_name }), () =>
        undoMerge(merge.id).then(refresh),
      );
    };
    const id = modals.open({
      size: '52rem',
      title: t('kit.merge.title'),
      closeButtonProps: { 'aria-label': t('kit.close') },
      children: (
        <Suspense fallback={<Skeleton h={160} />}>
          <MergeForm kind={kind} record={record} other={options.other} onMerged={done} />
        </Suspense>
      ),
    });
  };
}
