import { Fieldset, NumberInput, Select, SimpleGrid, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { firstValues } from './signIn';

const securities = ['tls', 'starttls', 'none'] as const;

/** What Google and Microsoft come with and a provider of one's own does not: addresses, scopes, servers. */
export function OwnProviderFields({ form }: { form: UseFormReturnType<ReturnType<typeof firstValues>> }) {
  const { t } = useTranslation();
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {(['authorize_url', 'token_url'] as const).map((field) => (
          <TextInput
            key={field}
            required
            type="url"
            label={t(`outreach.sign_in.${field}`)}
            {...form.getInputProps(field)}
          />
        ))}
        <TextInput
          required
          label={t('outreach.sign_in.scopes')}
          description={t('outreach.sign_in.scopes_hint')}
          {...form.getInputProps('scopes')}
        />
      </SimpleGrid>
      {(['smtp', 'imap'] as const).map((kind) => (
        <Fieldset key={kind} legend={t(`outreach.mailbox.${kind}`)}>
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
            <TextInput required label={t('outreach.mailbox.host')} {...form.getInputProps(`${kind}.host`)} />
            <NumberInput
              required
              hideControls
              min={1}
              max={65535}
              label={t('outreach.mailbox.port')}
              {...form.getInputProps(`${kind}.port`)}
            />
            <Select
              allowDeselect={false}
              label={t('outreach.mailbox.security')}
              data={securities.map((one) => ({ value: one, label: t(`outreach.mailbox.securities.${one}`) }))}
              {...form.getInputProps(`${kind}.security`)}
            />
          </SimpleGrid>
        </Fieldset>
      ))}
    </>
  );
}
