import { Badge, Button, Group, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { EmptyState } from '@/kit/EmptyState';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { type Sequence, sequencesQuery } from './outreach';
import classes from './outreach.module.css';
import { TemplatePicker } from './TemplatePicker';

export function Sequences() {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [choosing, choose] = useDisclosure(false);
  const sequences = useQuery(sequencesQuery);
  const empty = sequences.data?.length === 0;
  const button = canWrite && (
    <Button onClick={choose.open}>
      {t(empty ? 'outreach.sequence.from_template' : 'outreach.sequence.create')}
    </Button>
  );
  return (
    <>
      <TemplatePicker opened={choosing} onClose={choose.close} />
      {empty ? (
        <EmptyState
          icon={<IconSend size={32} stroke={1.3} />}
          title={t('outreach.sequence.empty')}
          text={t('outreach.sequence.empty_text')}
          action={button}
        />
      ) : (
        <Panel title={t('outreach.tab.sequences')} actions={button}>
          <ProblemAlert error={sequences.error} retry={() => sequences.refetch()} />
          {sequences.isPending && <Skeleton h={80} />}
          {sequences.data?.map((sequence) => (
            <Line key={sequence.id} sequence={sequence} />
          ))}
        </Panel>
      )}
    </>
  );
}

function Line({ sequence }: { sequence: Sequence }) {
  const { t } = useTranslation();
  const goal = textOr(t, `outreach.goal.${sequence.goal}`, sequence.goal);
  return (
    <Group justify="space-between" className={classes.line}>
      <div>
        <Link to="/sequences/$id" params={{ id: sequence.id }} search={{}} className={classes.link}>
          {sequence.name}
        </Link>
        <Text size="xs" c="dimmed">
          {t('outreach.sequence.goal_is', { goal })}
        </Text>
      </div>
      <Group gap="xs">
        <Badge variant="light" tt="none" color={sequence.state === 'active' ? undefined : 'gray'}>
          {textOr(t, `outreach.sequence.state.${sequence.state}`, sequence.state)}
        </Badge>
        <Text c="dimmed" size="xs">
          {[
            t('outreach.sequence.step_count', { count: sequence.steps.length }),
            t('outreach.sequence.running', { count: sequence.running }),
            t('outreach.sequence.replied', { count: sequence.replied }),
          ].join(' · ')}
        </Text>
      </Group>
    </Group>
  );
}
