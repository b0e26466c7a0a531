import { Button, Menu, Skeleton, Stack } from '@mantine/core';
import { IconChevronDown, IconRoute } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { EmptyState } from '@/kit/EmptyState';
import { notifyProblem } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { tracksQuery } from './nurturing';
import { SilentDeals } from './SilentDeals';
import { TrackLine } from './TrackLine';

const kinds = ['regular', 'not_yet', 'two_year'] as const;

/** What keeps in touch by itself, and with whom nobody is in touch. */
export function Tracks() {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const tracks = useQuery(tracksQuery);
  const button = canWrite && <Begin />;
  return (
    <Stack gap="lg">
      {tracks.data?.length === 0 ? (
        <EmptyState
          icon={<IconRoute size={32} stroke={1.3} />}
          title={t('nurturing.track.empty')}
          text={t('nurturing.track.empty_text')}
          action={button}
        />
      ) : (
        <Panel title={t('nurturing.tab.tracks')} lead={t('nurturing.track.lead')} actions={button}>
          <ProblemAlert error={tracks.error} retry={() => tracks.refetch()} />
          {tracks.isPending && <Skeleton h={80} />}
          {tracks.data?.map((track) => (
            <TrackLine key={track.sequence_id} track={track} />
          ))}
        </Panel>
      )}
      <SilentDeals />
    </Stack>
  );
}

function Begin() {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const begin = useMutation({
    mutationFn: (kind: (typeof kinds)[number]) =>
      api.post('/tracks', { kind, locale: i18n.language === 'ko' ? 'ko' : 'en' }),
    onError: notifyProblem,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['/tracks'] }),
        client.invalidateQueries({ queryKey: ['/sequences'] }),
      ]),
  });
  return (
    <Menu>
      <Menu.Target>
        <Button loading={begin.isPending} rightSection={<IconChevronDown size={14} />}>
          {t('nurturing.track.begin')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((kind) => (
          <Menu.Item key={kind} onClick={() => begin.mutate(kind)}>
            {t(`nurturing.track.kind.${kind}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
