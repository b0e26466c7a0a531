import { Alert, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { channelHoursQuery } from '@/api/channelHours';
import { useFormat } from '@/kit/format';
import { clockOf, type Span, spanOf, type Windows, withSpan } from './windows';

interface ProposedTimesProps {
  value: Windows;
  onUse: (windows: Span[]) => void;
}

/** Hours in which mails did better than in the usual ones. Whoever writes the sequence takes them over, nobody else. */
export function ProposedTimes({ value, onUse }: ProposedTimesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(channelHoursQuery('email'));
  const proposal = data?.segments.find((one) => one.segment === '')?.proposal;
  if (!proposal) return null;
  const span = spanOf(proposal);
  const next = withSpan(value.windows, span);
  if (!next) return null;
  return (
    <Alert color="gray" variant="light" title={t('outreach.times.proposed')}>
      <Text size="sm">
        {t('outreach.times.proposed_why', {
          from: clockOf(span.from),
          to: clockOf(span.to),
          sends: format.number(proposal.sends),
          p: format.percent(proposal.p, 1),
          usual: format.percent(proposal.usual_p, 1),
          sure: format.percent(proposal.sure, 0),
        })}
      </Text>
      <Group mt="xs">
        <Button size="compact-sm" variant="light" onClick={() => onUse(next)}>
          {t('outreach.times.use')}
        </Button>
      </Group>
    </Alert>
  );
}
