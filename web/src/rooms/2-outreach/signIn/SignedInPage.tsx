import { Button, Loader, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notifyDone } from '@/kit/notify';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { finishQuery, returnOf, type SignInReturn, wordsOf } from './signIn';

/** Where a provider sends members back to. What it sent along is handed in once, and leaves the address. */
export function SignedInPage() {
  const { t } = useTranslation();
  const [back] = useState(() => returnOf(window.location.search));
  return (
    <Page title={t('outreach.sign_in.page')}>
      <Panel>
        {back ? <Finishing back={back} /> : <Text>{t('outreach.sign_in.nothing_came')}</Text>}
        <Button component={Link} to="/settings/mailboxes" variant="default" mt="sm">
          {t('outreach.sign_in.to_mailboxes')}
        </Button>
      </Panel>
    </Page>
  );
}

function Finishing({ back }: { back: SignInReturn }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data, error } = useQuery(finishQuery(back));
  useEffect(() => {
    if (!data) return;
    void client.invalidateQueries({ queryKey: ['/mailboxes'] });
    void client.invalidateQueries({ queryKey: ['/sending-domains'] });
    notifyDone(t('outreach.sign_in.done', { email: data.email }));
    void navigate({ to: '/settings/$section', params: { section: 'mailboxes' }, replace: true });
  }, [data, client, navigate, t]);
  const words = wordsOf(error);
  return (
    <>
      {!error && <Loader aria-label={t('outreach.sign_in.finishing')} />}
      <ProblemAlert error={error} />
      {words && (
        <Text size="xs" c="dimmed" mt="xs">
          {words}
        </Text>
      )}
    </>
  );
}
