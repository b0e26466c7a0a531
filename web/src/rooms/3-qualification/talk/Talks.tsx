import { Anchor, Button, Group, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { AddTranscript } from './AddTranscript';
import { type Head, talksQuery } from './talk';

/** The transcripts of a deal, and where another is dropped. */
export function Talks({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const { data, error } = useQuery(talksQuery({ deal: deal.id }));
  const open = () =>
    modals.open({
      title: t('talk.add'),
      size: 'lg',
      closeButtonProps: { 'aria-label': t('kit.close') },
      children: <AddTranscript dealId={deal.id} />,
    });
  return (
    <RecordSection
      title={t('talk.title')}
      aside={
        canWrite && (
          <Button size="compact-sm" variant="light" onClick={open}>
            {t('talk.add')}
          </Button>
        )
      }
    >
      <ProblemAlert error={error} />
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('talk.none')}
        </Text>
      )}
      {data?.items.map((talk) => (
        <TalkLine key={talk.id} talk={talk} />
      ))}
    </RecordSection>
  );
}

/** A talk in a line, with its share. */
export function TalkLine({ talk, withWhom }: { talk: Head; withWhom?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const whom = [talk.person_name, talk.company_name].filter(Boolean).join(' · ');
  return (
    <Group className={classes.line} justify="space-between" wrap="nowrap" gap="sm">
      <div>
        <Anchor component={Link} to={`/talks/${talk.id}`} fw={600}>
          {t(`talk.${talk.activity_kind}`)} · {format.dateTime(talk.held_at)}
        </Anchor>
        <Text size="xs" c="dimmed">
          {withWhom && whom ? whom : talk.name}
        </Text>
      </div>
      {talk.talk && talk.talk.share !== null && (
        <Text size="sm" ta="end">
          {t('talk.measure.share')} {format.percent(talk.talk.share, 0)}
        </Text>
      )}
    </Group>
  );
}
