import { Button, Kbd, Menu, Text } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageRow } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { useFormat } from '../format';
import { notifyProblem, notifyUndo } from '../notify';
import { useKeys } from '../useKeys';
import { confidenceOf, type Intent, intentOf, intents, keyOf } from './intents';

interface Props {
  /** The reply. */
  id: string;
  /** What it was read as when it came in. */
  read: string;
  /** Everything it was read as, with how sure. */
  reading: unknown;
  /** Its keys work wherever one is on the page, not only on the picker. */
  hasKeys?: boolean;
}

/** What a reply means, and how sure that is. One key says it means something else; that can be taken back. */
export function IntentPicker({ id, read, reading, hasKeys = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const { data: reply } = useQuery({
    queryKey: ['/messages', id],
    queryFn: () => api.get<MessageRow>(`/messages/${id}`),
  });
  const correct = useCorrect(id);
  const current = reply?.intent ?? read;
  const sure = confidenceOf(reading, current);
  const byHand = reply?.intent_corrected_at != null;
  const name = t(`kit.intent.name.${current}`, { defaultValue: current });
  const certainty = byHand ? t('kit.intent.by_hand') : sure === null ? '' : format.percent(sure, 0);
  const say = (intent: Intent | undefined) => {
    if (intent && intent !== current && canWrite) correct.mutate(intent);
  };
  useKeys(hasKeys ? Object.fromEntries(intents.map((one) => [keyOf(one), () => say(one)])) : {});
  const onKeyDown = (event: KeyboardEvent) => {
    const intent = intentOf(event.key);
    if (!intent || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    say(intent);
  };
  const told = (
    <>
      {name}{' '}
      {certainty && (
        <Text span c="dimmed" size="xs" ml={4}>
          {certainty}
        </Text>
      )}
    </>
  );
  if (!canWrite) return <Text size="sm">{told}</Text>;
  return (
    <Menu position="bottom-start" returnFocus>
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="default"
          rightSection={<IconChevronDown size={12} aria-hidden />}
          loading={correct.isPending}
          onKeyDown={onKeyDown}
          title={t('kit.intent.hint')}
          aria-label={t('kit.intent.correct', { intent: [name, certainty].filter(Boolean).join(' ') })}
        >
          {told}
        </Button>
      </Menu.Target>
      <Menu.Dropdown onKeyDown={onKeyDown}>
        {intents.map((one) => (
          <Menu.Item
            key={one}
            onClick={() => say(one)}
            leftSection={one === current ? <IconCheck size={12} /> : undefined}
            rightSection={<Kbd size="xs">{keyOf(one)}</Kbd>}
          >
            {t(`kit.intent.name.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Says what a reply means and offers to take that back. */
function useCorrect(id: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refresh = () =>
    client.invalidateQueries({
      predicate: ({ queryKey: [path] }) =>
        ['/messages', '/inbox', '/deals', '/people', '/companies', '/cycle'].includes(String(path)),
    });
  return useMutation({
    mutationFn: (intent: Intent) => api.patch<MessageRow>(`/messages/${id}`, { intent }),
    onSuccess: (saved, intent) => {
      client.setQueryData(['/messages', id], saved);
      notifyUndo(t('kit.intent.corrected', { intent: t(`kit.intent.name.${intent}`) }), () =>
        api.delete<MessageRow>(`/messages/${id}/intent`).then(refresh),
      );
    },
    onError: notifyProblem,
    onSettled: refresh,
  });
}
