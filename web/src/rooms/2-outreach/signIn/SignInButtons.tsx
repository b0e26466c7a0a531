import { Button, Group, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { goToProvider, type Provider } from './signIn';

/** One button for each provider. One of one's own may not say whose account it is, so the address is asked for first. */
export function SignInButtons({ providers }: { providers: Provider[] }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Provider | null>(null);
  const go = useMutation({ mutationFn: goToProvider, meta: { quiet: true } });
  if (asking) return <AddressForm provider={asking} onCancel={() => setAsking(null)} />;
  return (
    <>
      <Group gap="xs">
        {providers.map((one) => (
          <Button
            key={one.id}
            loading={go.isPending && go.variables.provider_id === one.id}
            onClick={() => (one.kind === 'custom' ? setAsking(one) : go.mutate({ provider_id: one.id }))}
          >
            {t('outreach.sign_in.with', { name: one.name })}
          </Button>
        ))}
      </Group>
      <ProblemAlert error={go.error} />
    </>
  );
}

function AddressForm({ provider, onCancel }: { provider: Provider; onCancel: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { email: '' } });
  const go = useMutation({ mutationFn: goToProvider, meta: { quiet: true } });
  return (
    <form onSubmit={form.onSubmit(({ email }) => go.mutate({ provider_id: provider.id, email }))}>
      <Group gap="xs" align="flex-end">
        <TextInput
          required
          autoFocus
          type="email"
          label={t('entry.field.email')}
          {...form.getInputProps('email')}
        />
        <Button type="submit" loading={go.isPending}>
          {t('outreach.sign_in.with', { name: provider.name })}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t('kit.cancel')}
        </Button>
      </Group>
      <ProblemAlert error={go.error} />
    </form>
  );
}
