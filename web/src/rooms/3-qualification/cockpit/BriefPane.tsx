import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CallBrief } from '@/api/generated/model';
import type { TimelineEntry } from '@/api/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { useEventText } from '@/kit/record/eventText';
import { RecordSection } from '@/kit/record/RecordLayout';
import { Firm } from './BriefFirm';
import classes from './cockpit.module.css';
import { briefQuery, said } from './talks';

/** Everything known before the talk: the firm, its people, what passed between us, what is still open. */
export function BriefPane({ dealId }: { dealId: string }) {
  const { t } = useTranslation();
  const brief = useQuery(briefQuery(dealId));
  return (
    <aside className={classes.brief} aria-label={t('discovery.pane.brief')}>
      {brief.isPending && <Skeleton h={200} />}
      <ProblemAlert error={brief.error} retry={() => brief.refetch()} />
      {brief.data && <Known brief={brief.data} />}
    </aside>
  );
}

function Known({ brief }: { brief: CallBrief }) {
  return (
    <Stack gap="md">
      <Firm brief={brief} />
      <People brief={brief} />
      <Open brief={brief} />
      <Said brief={brief} />
      <Touches brief={brief} />
    </Stack>
  );
}

function People({ brief }: { brief: CallBrief }) {
  const { t } = useTranslation();
  return (
    <RecordSection title={t('qualification.committee.title')}>
      {brief.people.map((one) => (
        <Text key={one.person_id} size="sm">
          <Link to="/people/$id" params={{ id: one.person_id }} search={{}}>
            {one.name}
          </Link>
          <Text span c="dimmed">
            {' '}
            {[one.title, ...one.roles.map((role) => textOr(t, `qualification.role.${role}`, role))]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </Text>
      ))}
      {brief.warnings.map((one) => (
        <Text key={one} size="xs" c="var(--warn)">
          {t(`discovery.warning.${one}`)}
        </Text>
      ))}
    </RecordSection>
  );
}

/** What the gate still misses, and which questions nobody answered. */
function Open({ brief }: { brief: CallBrief }) {
  const { t, i18n } = useTranslation();
  if (brief.missing.length + brief.open_questions.length === 0) return null;
  return (
    <RecordSection title={t('discovery.still_open')}>
      {brief.missing.map((one) => (
        <Text key={one.key} size="sm">
          {textOr(t, `stage.criterion.${one.key}`, one.key)}
        </Text>
      ))}
      <ul className={classes.hints}>
        {brief.open_questions.map((one) => (
          <li key={one.key}>{said(one.ask, i18n.language)}</li>
        ))}
      </ul>
    </RecordSection>
  );
}

function Said({ brief }: { brief: CallBrief }) {
  const { t } = useTranslation();
  if (brief.findings.length === 0) return null;
  return (
    <RecordSection title={t('discovery.they_said')}>
      {brief.findings.map((one) => (
        <Text key={one.id} size="sm" mt={4}>
          <Text span c="dimmed" size="xs">
            {textOr(t, `qualification.finding.${one.kind}`, one.kind)}{' '}
          </Text>
          {one.words ? `“${one.words}”` : one.summary}
        </Text>
      ))}
    </RecordSection>
  );
}

function Touches({ brief }: { brief: CallBrief }) {
  const { t } = useTranslation();
  return (
    <RecordSection title={t('discovery.past')}>
      {brief.touches.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('discovery.no_past')}
        </Text>
      )}
      {brief.touches.map((one) => (
        <Touch key={one.id} entry={one as TimelineEntry} />
      ))}
    </RecordSection>
  );
}

function Touch({ entry }: { entry: TimelineEntry }) {
  const format = useFormat();
  const { title, body } = useEventText(entry);
  return (
    <div>
      <Text size="sm" mt={4}>
        <Text span c="dimmed" size="xs">
          {format.moment(entry.at)}{' '}
        </Text>
        {title}
      </Text>
      {body && (
        <Text size="xs" c="dimmed" lineClamp={2}>
          {body}
        </Text>
      )}
    </div>
  );
}
