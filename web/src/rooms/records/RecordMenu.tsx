import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowMerge, IconDots, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RecordMerge } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Kind, RecordBase } from '@/api/model';
import { paths, recordRoutes, useRefresh } from '@/api/records';
import { useCan } from '@/app/session';
import type { MergeKind } from '@/kit/merge/compare';
import { useMergeDialog } from '@/kit/merge/useMergeDialog';
import { notifyProblem, notifyUndo } from '@/kit/notify';
import { titleOf } from '@/kit/titleOf';

/** What can be done to any record. Deleting can be taken back. */
export function RecordMenu(props: { kind: Kind; record: RecordBase; onDeleted: () => void }) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const canWrite = useCan('rep');
  const { kind, record } = props;
  if (!canWrite) return null;
  const remove = async () => {
    try {
      await api.delete(`${paths[kind]}/${record.id}`);
      props.onDeleted();
      void refresh(kind);
      notifyUndo(t('kit.record.deleted', { name: titleOf(record) }), () =>
        api.post(`${paths[kind]}/${record.id}/restore`).then(() => refresh(kind)),
      );
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('kit.record.menu')}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {kind !== 'deal' && <MergeItem kind={kind} record={record} />}
        <Menu.Item c="var(--harm)" leftSection={<IconTrash size={14} />} onClick={remove}>
          {t('kit.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A record that turns out to mean the same as another one. What is left of the two is shown. */
function MergeItem({ kind, record }: { kind: MergeKind; record: RecordBase }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = useMergeDialog(kind);
  const onMerged = (merge: RecordMerge) =>
    void navigate({ to: recordRoutes[kind], params: { id: merge.kept_id }, search: (old) => old });
  return (
    <Menu.Item leftSection={<IconArrowMerge size={14} />} onClick={() => open(record, { onMerged })}>
      {t('kit.merge.with')}
    </Menu.Item>
  );
}
