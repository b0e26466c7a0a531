import { Button } from '@mantine/core';
import { IconArrowMerge, IconCircleCheck, IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { EmptyState } from '@/kit/EmptyState';
import type { MergeKind } from '@/kit/merge/compare';
import { useSearchAll } from './DuplicatesHead';
import { type DuplicateOverview, underWay, type View } from './duplicates';

/** Nothing to decide: never looked for, or all done. */
export function NoDuplicates({ kind, view, of }: { kind: MergeKind; view: View; of?: DuplicateOverview }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const search = useSearchAll(kind);
  if (view === 'decided') {
    return (
      <EmptyState
        icon={<IconHistory size={32} stroke={1.3} />}
        title={t('prospecting.duplicates.empty.decided')}
        text={t('prospecting.duplicates.empty.decided_text')}
      />
    );
  }
  if (of?.search?.state === 'done') {
    return (
      <EmptyState
        icon={<IconCircleCheck size={32} stroke={1.3} />}
        title={t('prospecting.duplicates.empty.clean')}
        text={t('prospecting.duplicates.empty.clean_text')}
      />
    );
  }
  return (
    <EmptyState
      icon={<IconArrowMerge size={32} stroke={1.3} />}
      title={t('prospecting.duplicates.empty.never')}
      text={t('prospecting.duplicates.empty.never_text')}
      action={
        canWrite && (
          <Button loading={search.isPending} disabled={underWay(of?.search)} onClick={() => search.mutate()}>
            {t('prospecting.duplicates.search')}
          </Button>
        )
      }
    />
  );
}
