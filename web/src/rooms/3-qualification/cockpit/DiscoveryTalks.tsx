import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMessages } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { StartTalk } from './StartTalk';
import { talksQuery } from './talks';

/** The talks about a deal, and the way into the next one. */
export function DiscoveryTalks({ dealId }: { dealId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const [starting, start] = useDisclosure(false);
  const talks = useQuery(talksQuery(dealId));
  return (
    <RecordSection
      title={t('discovery.talks')}
      aside={
        canWrite && (
          <Button size="compact-sm" leftSection={<IconMessages size={14} />} onClick={start.open}>
            {t('discovery.start')}
          </Button>
        )
      }
    >
      <ProblemAlert error={talks.error} />
      {talks.data?.length === 0 && <Text c="dimmed">{t('discovery.no_talks')}</Text>}
      {talks.data?.map((talk) => (
        <Group key={talk.id} className={classes.line} justify="space-between" wrap="nowrap">
          <Link to="/cockpit/$id" params={{ id: talk.id }}>
            {t(`discovery.kind.${talk.kind as 'call'}`)} · {format.moment(talk.started_at)}
          </Link>
          <Badge variant="light" tt="none" color={talk.state === 'open' ? undefined : 'gray'}>
            {t(talk.state === 'open' ? 'discovery.is_running' : 'discovery.is_over')}
          </Badge>
        </Group>
      ))}
      {starting && <StartTalk dealId={dealId} onClose={start.close} />}
    </RecordSection>
  );
}
