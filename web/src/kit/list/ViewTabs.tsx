import { ActionIcon, Button, Group, Menu, Popover, TextInput } from '@mantine/core';
import { IconDotsVertical, IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Kind, SavedView } from '@/api/model';
import { useSavedViews } from '@/api/records';
import { notifyDone, notifyProblem } from '../notify';
import type { ListState } from './useListState';

/** Saved views as tabs before the filters; "All" is the list without any. */
export function ViewTabs({ kind, state }: { kind: Kind; state: ListState }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const views = useSavedViews(kind);
  const open = views.find((view) => view.id === state.view);
  const query = () => ({
    where: state.query.where,
    q: state.query.q || undefined,
    sort: state.query.sort || undefined,
    columns: state.columns,
  });
  const after = async (work: Promise<unknown>) => {
    try {
      await work;
      await client.invalidateQueries({ queryKey: ['/saved-views', kind] });
      notifyDone(t('kit.list.view_saved'));
    } catch (error) {
      notifyProblem(error);
    }
  };
  const tab = (view: SavedView | null, label: string) => (
    <Button
      key={view?.id ?? ''}
      size="compact-sm"
      variant={open?.id === view?.id ? 'light' : 'subtle'}
      color={open?.id === view?.id ? undefined : 'gray'}
      aria-pressed={open?.id === view?.id}
      onClick={() => state.openView(view)}
    >
      {label}
    </Button>
  );
  return (
    <Group gap={2} role="group" aria-label={t('kit.list.views')}>
      {tab(null, t('kit.list.all'))}
      {views.map((view) => tab(view, view.name))}
      {open && (
        <Menu>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('kit.more')}>
              <IconDotsVertical size={14} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => after(api.patch(`/saved-views/${open.id}`, { query: query() }))}>
              {t('kit.list.update_view')}
            </Menu.Item>
            <Menu.Item
              color="red"
              onClick={() => after(api.delete(`/saved-views/${open.id}`).then(() => state.openView(null)))}
            >
              {t('kit.list.delete_view')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <NewView
        onSave={(name) =>
          after(
            api
              .post<SavedView>('/saved-views', { kind, name, query: query(), shared: false })
              .then((view) => state.openView(view)),
          )
        }
      />
    </Group>
  );
}

function NewView({ onSave }: { onSave: (name: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  return (
    <Popover opened={open} onChange={setOpen} trapFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={() => setOpen(!open)}
          aria-label={t('kit.list.save_view')}
        >
          <IconPlus size={14} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setOpen(false);
            setName('');
            onSave(name);
          }}
        >
          <Group gap="xs">
            <TextInput
              required
              data-autofocus
              aria-label={t('kit.list.view_name')}
              placeholder={t('kit.list.view_name')}
              value={name}
              onChange={(e) => setName(e.currentTarget.value)}
            />
            <Button type="submit">{t('kit.save')}</Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
