import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { sendingDomainsQuery } from './outreach';
import { SendingDomainLine } from './SendingDomainLine';

/** Whether mails of the mailboxes' domains are believed, and how to mend what is not. */
export function SendingDomainsPanel() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(sendingDomainsQuery);
  if (!error && (!data || data.domains.length === 0)) return null;
  return (
    <Panel title={t('outreach.domain.title')} lead={t('outreach.domain.lead')}>
      <ProblemAlert error={error} retry={() => refetch()} />
      {data?.closed_network && (
        <Alert color="yellow" variant="light" p="sm" role="status">
          {t('outreach.domain.closed')}
        </Alert>
      )}
      {data?.domains.map((domain) => (
        <SendingDomainLine key={domain.domain} domain={domain} />
      ))}
    </Panel>
  );
}
