import { Badge, Button, Divider, Popover, Stack, Switch, TextInput } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { listsQuery, openListOf, type RecordList, withList } from '@/api/lists';
import type { Kind } from '@/api/model';
import { useCan } from '@/app/session';
import { askFirst } from '../askFirst';
import { notifyDone, notifyProblem } from '../notify';
import type { ListState } from './useListState';

/** Opens, makes and deletes lists of companies or people. */
export function ListMenu({ kind, state }: { kind: Kind; state: ListState }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const canWrite = useCan('rep');
  const [shown, setShown] = useState(false);
  const lists = useQuery(listsQuery(kind)).data ?? [];
  const openId = openListOf(state.conditions);
  const open = lists.find((one) => one.id === openId);
  const show = (id: string | null) => {
    setShown(false);
    state.setConditions(withList(state.conditions, id));
  };
  const remove = (list: RecordList) =>
    askFirst({
      title: t('kit.lists.remove'),
      text: t('kit.lists.remove_text', { name: list.name }),
      confirm: t('kit.lists.remove'),
      onConfirm: async () => {
        try {
          await api.delete(`/lists/${list.id}`);
          show(null);
          await client.invalidateQueries({ queryKey: ['/lists'] });
        } catch (error) {
          notifyProblem(error);
        }
      },
    });
  return (
    <Popover opened={shown} onChange={setShown} trapFocus position="bottom-start" shadow="md">
      <Popover.Target>
        <Button
          variant={open ? 'light' : 'subtle'}
          color={open ? undefined : 'gray'}
          size="compact-sm"
          leftSection={<IconListDetails size={14} />}
          onClick={() => setShown(!shown)}
        >
          {open ? t('kit.lists.of', { name: open.name }) : t('kit.lists.none')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={4} w={260}>
          {lists.map((list) => (
            <Button
              key={list.id}
              size="compact-sm"
              justify="space-between"
              variant={list.id === openId ? 'light' : 'subtle'}
              color={list.id === openId ? undefined : 'gray'}
              rightSection={
                list.live && (
                  <Badge size="xs" variant="light" tt="none">
                    {t('kit.lists.live')}
                  </Badge>
                )
              }
              onClick={() => show(list.id)}
            >
              {list.name}
            </Button>
          ))}
          {openId && (
            <Button size="compact-sm" variant="subtle" onClick={() => show(null)}>
              {t('kit.lists.leave')}
            </Button>
          )}
          {open && canWrite && (
            <Button size="compact-sm" variant="subtle" color="red" onClick={() => remove(open)}>
              {t('kit.lists.remove')}
            </Button>
          )}
          {canWrite && (
            <>
              {lists.length > 0 && <Divider my={4} />}
              <NewList kind={kind} state={state} onMade={show} />
            </>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface NewListProps {
  kind: Kind;
  state: ListState;
  onMade: (id: string) => void;
}

/** What the list shows becomes a list: its filters, or the records they leave now. */
function NewList({ kind, state, onMade }: NewListProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [live, setLive] = useState(false);
  const ofList = openListOf(state.conditions) !== null;
  const make = async () => {
    const shown = { where: state.query.where, q: state.query.q || undefined };
    try {
      const keeps = live && !ofList;
      const made = await api.post<RecordList>('/lists', {
        kind,
        name,
        live: keeps,
        ...(keeps && { query: shown }),
      });
      if (!keeps) await api.post(`/lists/${made.id}/add`, { matching: shown });
      await client.invalidateQueries({ queryKey: ['/lists'] });
      notifyDone(t('kit.lists.made'));
      onMade(made.id);
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <Stack gap="xs">
        <TextInput
          required
          maxLength={200}
          label={t('kit.lists.create')}
          placeholder={t('kit.lists.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Switch
          size="xs"
          disabled={ofList}
          label={t('kit.lists.keeps')}
          checked={live && !ofList}
          onChange={(event) => setLive(event.currentTarget.checked)}
        />
        <Button type="submit" size="compact-sm">
          {t('kit.save')}
        </Button>
      </Stack>
    </form>
  );
}
