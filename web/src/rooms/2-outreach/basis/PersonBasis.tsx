import { Alert, Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Consent, MailBasis } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';
import { openConsent } from '@/kit/openConsent';
import { RecordSection } from '@/kit/record/RecordLayout';
import { countryName } from '@/kit/regions';
import { basisQuery, colors, groundsOf } from './basis';
import { Notices } from './Notices';

interface PersonBasisProps {
  personId: string;
  /** What they are called. */
  name: string;
}

/** Whether the law lets a person get automatic mail, and the consents that say so. */
export function PersonBasis({ personId, name }: PersonBasisProps) {
  const { t, i18n } = useTranslation();
  const canWrite = useCan('rep');
  const { data } = useQuery(basisQuery(personId));
  // Where nothing is asked and nothing was said there is nothing to tell.
  const told = data && data.consents.length + data.notices.length > 0;
  if (!data || (data.standing === 'allowed' && !data.ground && !told)) return null;
  return (
    <RecordSection title={t('outreach.basis.title')}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Badge variant="light" color={colors[data.standing]} style={{ flexShrink: 0 }}>
          {textOr(t, `outreach.basis.standing.${data.standing}`, data.standing)}
        </Badge>
        <Text size="sm">{sentence(t, data)}</Text>
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {textOr(t, `outreach.basis.law.${data.law}`, data.law, {
          country: countryName(i18n.language, data.country),
        })}{' '}
        {data.rule ? t('outreach.basis.set_otherwise', { reason: data.rule.reason }) : groundsOf(t, data)}
      </Text>
      {data.marked && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('outreach.basis.marked')}
        </Text>
      )}
      {data.sender_lacks.length > 0 && (
        <Alert color="yellow" p="xs" mt="xs">
          {t('outreach.basis.sender_lacks')}{' '}
          <Link to="/settings/$section" params={{ section: 'workspace' }}>
            {t('outreach.basis.to_settings')}
          </Link>
        </Alert>
      )}
      {data.consents.map((consent) => (
        <Line key={consent.id} consent={consent} personId={personId} canWrite={canWrite} />
      ))}
      <Notices notices={data.notices} />
      {canWrite && (
        <Button variant="light" fullWidth mt="xs" onClick={() => openConsent([{ id: personId, name }])}>
          {t('outreach.basis.add')}
        </Button>
      )}
    </RecordSection>
  );
}

function sentence(t: TFunction, basis: MailBasis): string {
  if (!basis.ground) return textOr(t, `outreach.basis.why.${basis.standing}`, '');
  return textOr(t, `outreach.basis.by.${basis.standing}`, '', {
    ground: t(`outreach.basis.ground.${basis.ground}`),
  });
}

interface LineProps {
  consent: Consent;
  personId: string;
  canWrite: boolean;
}

function Line({ consent, personId, canWrite }: LineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const say = useMutation({
    mutationFn: (word: 'confirm' | 'withdraw') => api.post(`/consents/${consent.id}/${word}`, {}),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: basisQuery(personId).queryKey });
      notifyDone(t('kit.saved'));
    },
  });
  const lasts = !consent.withdrawn_at;
  return (
    <div style={{ marginTop: 8 }}>
      <Text size="sm" td={lasts ? undefined : 'line-through'}>
        {textOr(t, `outreach.basis.kinds.${consent.kind}`, consent.kind)} · {format.date(consent.given_at)} ·{' '}
        {consent.how}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        “{consent.wording}”
        {consent.confirmed_at &&
          ` · ${t('outreach.basis.confirmed', { day: format.date(consent.confirmed_at) })}`}
        {consent.withdrawn_at &&
          ` · ${t('outreach.basis.withdrawn', { day: format.date(consent.withdrawn_at) })}`}
      </Text>
      {canWrite && lasts && (
        <Group gap="xs" mt={2}>
          {consent.kind === 'consent' && (
            <Button
              size="compact-xs"
              variant="subtle"
              loading={say.isPending}
              onClick={() => say.mutate('confirm')}
            >
              {t('outreach.basis.confirm')}
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            loading={say.isPending}
            onClick={() => say.mutate('withdraw')}
          >
            {t('outreach.basis.withdraw')}
          </Button>
        </Group>
      )}
    </div>
  );
}
