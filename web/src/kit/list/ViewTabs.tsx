import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Kind, SavedView } from '@/api/model';
import { conditionText, useSavedViews } from '@/api/records';
import { notifyDone, notifyProblem } from '../notify';
import classes from './list.module.css';
import { NewView } from './NewView';
import { type Preset, presets } from './presets';
import type { ListState } from './useListState';

/** Saved views as tabs before the filters; "All" is the list without any. */
export function ViewTabs({ kind, state }: { kind: Kind; state: ListState }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const views = useSavedViews(kind);
  const open = views.find((view) => view.id === state.view);
  const preset = presets[kind].find((one) => isOpen(one, state));
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
      variant={open?.id === view?.id && !preset ? 'light' : 'subtle'}
      color={open?.id === view?.id && !preset ? undefined : 'gray'}
      aria-pressed={open?.id === view?.id && !preset}
      onClick={() => state.openView(view)}
    >
      {label}
    </Button>
  );
  return (
    <Group gap={2} className={classes.views} role="group" aria-label={t('kit.list.views')}>
      {tab(null, t('kit.list.all'))}
      {presets[kind].map((one) => (
        <PresetTab key={one.key} preset={one} state={state} />
      ))}
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
              c="var(--harm)"
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

function isOpen(preset: Preset, state: ListState): boolean {
  return !state.view && state.conditions.map(conditionText).join() === preset.where.join();
}

/** A view that everybody has. */
function PresetTab({ preset, state }: { preset: Preset; state: ListState }) {
  const { t } = useTranslation();
  const open = isOpen(preset, state);
  return (
    <Button
      size="compact-sm"
      variant={open ? 'light' : 'subtle'}
      color={open ? undefined : 'gray'}
      aria-pressed={open}
      onClick={() => state.openPreset(preset.where)}
    >
      {t(`kit.list.preset.${preset.key}`)}
    </Button>
  );
}
