import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Mailbox } from '../outreach';
import { goToProvider } from './signIn';

/** For a mailbox that does not work; one whose provider wants to hear from somebody keeps its mails meanwhile. */
export function SignInAgain({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useTranslation();
  const go = useMutation({ mutationFn: goToProvider });
  const provider = mailbox.sign_in_provider_id;
  if (provider === null || (!mailbox.signed_out && mailbox.state !== 'error')) return null;
  return (
    <Button
      variant={mailbox.signed_out ? 'filled' : 'default'}
      size="compact-sm"
      loading={go.isPending}
      onClick={() => go.mutate({ provider_id: provider, mailbox_id: mailbox.id })}
    >
      {t('outreach.sign_in.again')}
    </Button>
  );
}
