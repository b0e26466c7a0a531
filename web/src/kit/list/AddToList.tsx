import { Button, Menu } from '@mantine/core';
import { IconListCheck, IconListDetails } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { listsQuery, type RecordList } from '@/api/lists';
import type { Kind } from '@/api/model';
import { paths } from '@/api/records';
import { notifyDone, notifyProblem, notifyUndo } from '../notify';

interface AddToListProps {
  kind: Kind;
  ids: string[];
  /** The list that is open, from which they can be taken. */
  openList: string | null;
  onDone: () => void;
}

/** Puts the ticked rows on a list, or takes them off the one that is open. */
export function AddToList({ kind, ids, openList, onDone }: AddToListProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const chosen = (useQuery(listsQuery(kind)).data ?? []).filter((one) => !one.live);
  const open = chosen.find((one) => one.id === openList);
  const refresh = () => client.invalidateQueries({ queryKey: [paths[kind]] });
  const run = async (list: RecordList, way: 'add' | 'remove') => {
    const back = way === 'add' ? 'remove' : 'add';
    try {
      const { changed } = await api.post<{ changed: number }>(`/lists/${list.id}/${way}`, { ids });
      const text =
        way === 'add'
          ? t('kit.lists.added', { count: changed, name: list.name })
          : t('kit.lists.taken_off', { count: changed });
      // Only when all of them changed is the way back exact.
      if (changed === ids.length)
        notifyUndo(text, () => api.post(`/lists/${list.id}/${back}`, { ids }).then(refresh));
      else notifyDone(text);
      onDone();
      await refresh();
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <>
      <Menu position="top-start">
        <Menu.Target>
          <Button size="compact-sm" variant="subtle" leftSection={<IconListDetails size={14} />}>
            {t('kit.lists.add')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={360} style={{ overflow: 'auto' }}>
          {chosen.map((list) => (
            <Menu.Item key={list.id} onClick={() => run(list, 'add')}>
              {list.name}
            </Menu.Item>
          ))}
          {chosen.length === 0 && <Menu.Item disabled>{t('kit.lists.no_static')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {open && (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconListCheck size={14} />}
          onClick={() => run(open, 'remove')}
        >
          {t('kit.lists.take_off')}
        </Button>
      )}
    </>
  );
}
