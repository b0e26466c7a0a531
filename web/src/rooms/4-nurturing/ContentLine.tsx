import { ActionIcon, Anchor, Badge, Collapse, Group, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Content } from '@/api/generated/model';
import { api } from '@/api/http';
import { textOr } from '@/i18n/texts';
import { askFirst } from '@/kit/askFirst';
import { useFormat } from '@/kit/format';
import { notifyProblem } from '@/kit/notify';
import { usesQuery } from './nurturing';
import classes from './nurturing.module.css';

interface LineProps {
  content: Content;
  canWrite: boolean;
  onOpen: () => void;
}

/** A piece, how often it was given, and after how many of these they showed interest. */
export function ContentLine({ content, canWrite, onOpen }: LineProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [shown, { toggle }] = useDisclosure(false);
  const remove = useMutation({
    mutationFn: () => api.delete(`/content/${content.id}`),
    onError: notifyProblem,
    onSettled: () => client.invalidateQueries({ queryKey: ['/content'] }),
  });
  const ask = () =>
    askFirst({
      title: t('nurturing.content.remove'),
      text: t('nurturing.content.remove_text', { name: content.title }),
      confirm: t('kit.remove'),
      onConfirm: () => remove.mutate(),
    });
  return (
    <div className={classes.line}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <UnstyledButton onClick={onOpen} disabled={!canWrite} flex={1} miw={0}>
          <Group gap="xs">
            <Text component="span" fw={600}>
              {content.title}
            </Text>
            <Text component="span" size="xs" c="dimmed">
              {t(`nurturing.form.${content.form}`)}
            </Text>
            {content.challenges.map((one) => (
              <Badge key={one} variant="light" tt="none">
                {one}
              </Badge>
            ))}
            <Badge size="sm" color="gray" variant="outline" tt="uppercase">
              {content.locale}
            </Badge>
          </Group>
          <Text size="xs" c="dimmed" truncate>
            {content.body || content.url}
          </Text>
        </UnstyledButton>
        {canWrite && (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={`${t('kit.remove')}: ${content.title}`}
            onClick={ask}
          >
            <IconTrash size={14} />
          </ActionIcon>
        )}
      </Group>
      {content.uses === 0 ? (
        <Text size="xs" c="dimmed">
          {t('nurturing.content.never_given')}
        </Text>
      ) : (
        <Anchor component="button" type="button" size="xs" aria-expanded={shown} onClick={toggle}>
          {t('nurturing.content.effect', { count: content.uses, effects: content.effects })}
        </Anchor>
      )}
      <Collapse expanded={shown}>{shown && <Uses id={content.id} />}</Collapse>
    </div>
  );
}

function Uses({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const uses = useQuery(usesQuery(id));
  if (uses.isPending) return <Skeleton h={40} />;
  return (
    <div className={classes.rows}>
      {uses.data?.map((use) => (
        <Group key={use.id} gap="xs" justify="space-between">
          <Anchor
            size="xs"
            renderRoot={(props) => (
              <Link {...props} to="/deals/$id" params={{ id: use.deal_id }} search={{}} />
            )}
          >
            {[use.person_name, use.deal_name].filter(Boolean).join(' · ')}
          </Anchor>
          <Text size="xs" c="dimmed">
            {[
              format.relative(use.at),
              use.effect
                ? textOr(t, `nurturing.signal.${use.effect}`, use.effect)
                : t('nurturing.content.no_effect'),
            ].join(' · ')}
          </Text>
        </Group>
      ))}
    </div>
  );
}
