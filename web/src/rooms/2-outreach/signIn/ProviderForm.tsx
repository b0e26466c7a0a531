import { Button, Group, PasswordInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { CopyField } from '@/kit/CopyField';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { OwnProviderFields } from './OwnProviderFields';
import { bodyOf, firstValues, type Provider, type ProviderKind } from './signIn';

interface ProviderFormProps {
  kind: ProviderKind;
  provider: Provider | null;
  redirectUrl: string;
  onDone: () => void;
}

/** What was registered at the provider. Its secret is never shown again. */
export function ProviderForm({ kind, provider, redirectUrl, onDone }: ProviderFormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useForm({ initialValues: firstValues(provider) });
  const save = useMutation({
    mutationFn: (values: typeof form.values) =>
      provider
        ? api.put(`/sign-in-providers/${provider.id}`, bodyOf(kind, values))
        : api.post('/sign-in-providers', bodyOf(kind, values)),
    meta: { quiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/sign-in-providers'] });
      notifyDone(t('kit.saved'));
      onDone();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="md">
        <Text>{t(`outreach.sign_in.how.${kind}`)}</Text>
        <CopyField
          label={t('outreach.sign_in.redirect')}
          hint={t('outreach.sign_in.redirect_hint')}
          value={redirectUrl}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {kind === 'custom' && (
            <TextInput required label={t('outreach.sign_in.name')} {...form.getInputProps('name')} />
          )}
          <TextInput
            required
            autoComplete="off"
            label={t('outreach.sign_in.client_id')}
            {...form.getInputProps('client_id')}
          />
          <PasswordInput
            required={provider === null && kind !== 'custom'}
            autoComplete="new-password"
            label={t('outreach.sign_in.client_secret')}
            placeholder={provider?.has_secret ? t('outreach.mailbox.keep_password') : undefined}
            {...form.getInputProps('client_secret')}
          />
          {kind === 'microsoft' && (
            <TextInput
              label={t('outreach.sign_in.tenant')}
              placeholder={t('outreach.sign_in.any_tenant')}
              {...form.getInputProps('tenant')}
            />
          )}
        </SimpleGrid>
        {kind === 'custom' && <OwnProviderFields form={form} />}
        <ProblemAlert error={save.error} />
        <Group gap="xs">
          <Button type="submit" loading={save.isPending}>
            {t('kit.save')}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t('kit.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
