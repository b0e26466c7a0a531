import { Badge, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Page } from '@/api/model';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from './settings.module.css';
import { useSave } from './useSave';

interface Session {
  id: string;
  current: boolean;
  created_at: string;
  last_seen_at: string;
  address: string;
  user_agent: string;
}

/** "Chrome · macOS" out of a user agent; the whole text when it is of no known kind. */
function device(agent: string): string {
  const browser = /(Edg|Firefox|Chrome|Safari)\//.exec(agent)?.[1]?.replace('Edg', 'Edge');
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/
    .exec(agent)?.[1]
    ?.replace('Mac OS X', 'macOS');
  return [browser, system].filter(Boolean).join(' · ') || agent;
}

export function SessionsSection() {
  const { t } = useTranslation();
  const format = useFormat();
  const sessions = useQuery({
    queryKey: ['/me/sessions'],
    queryFn: () => api.get<Page<Session>>('/me/sessions'),
  });
  const end = useSave((id: string) => api.delete(`/me/sessions/${id}`), ['/me/sessions']);
  return (
    <Panel title={t('settings.section.sessions')} lead={t('settings.sessions.lead')}>
      <ProblemAlert error={sessions.error} />
      {sessions.data?.items.map((session) => (
        <Group key={session.id} justify="space-between" wrap="nowrap" className={classes.line}>
          <div>
            <Group gap="xs">
              <Text fw={500}>{device(session.user_agent)}</Text>
              {session.current && (
                <Badge variant="light" tt="none">
                  {t('settings.sessions.current')}
                </Badge>
              )}
            </Group>
            <Text size="xs" c="dimmed">
              {session.address} ·{' '}
              {t('settings.sessions.seen', { when: format.relative(session.last_seen_at) })}
            </Text>
          </div>
          {!session.current && (
            <Button variant="default" size="compact-sm" onClick={() => end.mutate(session.id)}>
              {t('settings.sessions.end')}
            </Button>
          )}
        </Group>
      ))}
    </Panel>
  );
}
