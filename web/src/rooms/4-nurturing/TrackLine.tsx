import { Anchor, Button, Collapse, Group, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Track } from '@/api/generated/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { trackPeopleQuery } from './nurturing';
import classes from './nurturing.module.css';
import { TrackForm } from './TrackForm';

/** A track: its pace, what is noticed in it, and the people in it. Its steps are edited as those of any sequence. */
export function TrackLine({ track }: { track: Track }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [shown, { toggle }] = useDisclosure(false);
  const [editing, edit] = useDisclosure(false);
  const pace = track.every_days
    ? t('nurturing.track.every', { count: track.every_days })
    : t('nurturing.track.own_pace');
  const level = (key: string) => textOr(t, `offer.awareness.level.${key}`, key);
  const warnings = [
    ...(track.asks_too_much ? [t('offer.awareness.asks_too_much')] : []),
    ...track.warnings.map((key) => textOr(t, `nurturing.track.warning.${key}`, key)),
    ...track.steps.map(({ step, warnings }) =>
      t('nurturing.track.in_step', {
        step,
        what: warnings.map((key) => textOr(t, `nurturing.track.warning.${key}`, key)).join(' · '),
      }),
    ),
  ];
  return (
    <div className={classes.line}>
      <Group justify="space-between" gap="xs">
        <Anchor
          fw={600}
          renderRoot={(props) => (
            <Link {...props} to="/sequences/$id" params={{ id: track.sequence_id }} search={{}} />
          )}
        >
          {track.name}
        </Anchor>
        <Group gap="xs">
          {track.running === 0 ? (
            <Text size="xs" c="dimmed">
              {t('nurturing.track.nobody')}
            </Text>
          ) : (
            <Anchor component="button" type="button" size="xs" aria-expanded={shown} onClick={toggle}>
              {t('nurturing.track.running', { count: track.running })}
            </Anchor>
          )}
          {canWrite && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-expanded={editing}
              aria-label={t('nurturing.track.edit_named', { name: track.name })}
              onClick={edit.toggle}
            >
              {t('nurturing.track.edit')}
            </Button>
          )}
        </Group>
      </Group>
      <Text size="xs" c="dimmed">
        {[
          t(`nurturing.track.kind.${track.kind}`),
          t('nurturing.track.touches', { count: track.touches }),
          pace,
          ...(track.enter_from ? [t('nurturing.track.enters', { level: level(track.enter_from) })] : []),
          ...(track.exit_at ? [t('nurturing.track.exits', { level: level(track.exit_at) })] : []),
          ...(track.enters_alone ? [t('nurturing.track.alone')] : []),
        ].join(' · ')}
      </Text>
      {warnings.map((text) => (
        <Text key={text} size="xs" c="var(--warn)">
          {text}
        </Text>
      ))}
      {editing && <TrackForm track={track} onDone={edit.close} />}
      <Collapse expanded={shown}>{shown && <People id={track.sequence_id} />}</Collapse>
    </div>
  );
}

function People({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const people = useQuery(trackPeopleQuery(id));
  if (people.isPending) return <Skeleton h={40} />;
  return (
    <div className={classes.rows}>
      {people.data?.map((one) => (
        <Group key={one.id} gap="xs" justify="space-between">
          <Anchor
            size="xs"
            renderRoot={(props) => (
              <Link {...props} to="/people/$id" params={{ id: one.person_id }} search={{}} />
            )}
          >
            {[one.person_name, one.deal_name].filter(Boolean).join(' · ')}
          </Anchor>
          <Text size="xs" c="dimmed">
            {[
              t('nurturing.track.done', { count: one.step }),
              one.next_at ? t('nurturing.track.next', { when: format.moment(one.next_at) }) : null,
              one.because ? textOr(t, `nurturing.track.because.${one.because}`, one.because) : null,
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </Group>
      ))}
    </div>
  );
}
