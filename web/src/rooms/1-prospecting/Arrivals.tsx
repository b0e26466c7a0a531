import { Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from './icp.module.css';
import { arrivalsQuery, askableQuery, type LeadArrival, linesOf } from './inbound';

/** What came in, the newest first: leads, or what was taken for spam. */
export function Arrivals({ state }: { state: LeadArrival['state'] }) {
  const { t } = useTranslation();
  const arrivals = useQuery(arrivalsQuery(state));
  if (arrivals.isPending) return <Skeleton h={80} />;
  if (arrivals.isError) return <ProblemAlert error={arrivals.error} retry={() => arrivals.refetch()} />;
  if (arrivals.data.items.length === 0) {
    return (
      <Text c="dimmed">
        {t(state === 'spam' ? 'prospecting.inbound.no_spam' : 'prospecting.inbound.no_leads')}
      </Text>
    );
  }
  return arrivals.data.items.map((arrival) => <Arrival key={arrival.id} arrival={arrival} />);
}

function Arrival({ arrival }: { arrival: LeadArrival }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const fields = useQuery(askableQuery);
  const accept = useMutation({
    mutationFn: () => api.post(`/lead-arrivals/${arrival.id}/accept`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['/lead-arrivals'] }),
  });
  const language = i18n.language === 'ko' ? 'ko' : 'en';
  const called = (key: string) => fields.data?.find((field) => field.key === key)?.label[language] ?? key;
  return (
    <Stack gap={2} className={classes.criterion}>
      <Group justify="space-between">
        {arrival.person_id ? (
          <Anchor component={Link} to={`/people/${arrival.person_id}`} fw={600}>
            {arrival.person_name}
          </Anchor>
        ) : (
          <Text fw={600}>
            {arrival.spam_reason && t(`prospecting.inbound.reason.${arrival.spam_reason}`)}
          </Text>
        )}
        <Text c="dimmed" size="xs">
          {[arrival.form_name ?? arrival.source, format.dateTime(arrival.created_at)]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </Group>
      {linesOf(arrival.given).map(([key, value]) => (
        <Text key={key} size="sm" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
          {t('prospecting.inbound.line', { name: called(key), value })}
        </Text>
      ))}
      {arrival.consent_text && arrival.consented_at && (
        <Text size="xs" c="dimmed">
          {t('prospecting.inbound.agreed', {
            when: format.dateTime(arrival.consented_at),
            text: arrival.consent_text,
          })}
        </Text>
      )}
      <ProblemAlert error={accept.error} />
      {arrival.state === 'spam' && (
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            loading={accept.isPending}
            onClick={() => accept.mutate()}
          >
            {t('prospecting.inbound.accept')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
