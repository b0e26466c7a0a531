import { Button, Fieldset, PasswordInput, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, chooseWorkspace } from '@/api/http';
import type { Me } from '@/api/model';
import { currentLocale } from '@/i18n';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { fieldProblems } from '@/kit/problems';
import { countries, currencies, currencyOf, ownCountry, ownZone, timeZones } from '@/kit/regions';
import { meQuery, setupQuery } from '../session';
import { EntryFrame } from './EntryFrame';
import { passwordLength } from './password';
import { StartChoice } from './StartChoice';

export function WelcomePage() {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const router = useRouter();
  const lists = useMemo(
    () => ({
      countries: countries(i18n.language),
      currencies: currencies(i18n.language),
      zones: timeZones(),
    }),
    [i18n.language],
  );
  const form = useForm({
    initialValues: {
      name: '',
      email: '',
      password: '',
      workspace_name: '',
      country: ownCountry(),
      time_zone: ownZone(),
      currency: currencyOf(ownCountry()),
      start: 'empty',
    },
  });
  const create = useMutation({
    mutationFn: (values: typeof form.values) =>
      api.post<Me>('/setup', { ...values, locale: currentLocale() }),
    meta: { quiet: true },
    onSuccess: () => {
      chooseWorkspace(null);
      client.removeQueries({ queryKey: meQuery.queryKey });
      client.removeQueries({ queryKey: setupQuery.queryKey });
      router.history.push('/today');
    },
    onError: (error) => {
      const problems = fieldProblems(t, error).map((one) => [one.field, one.message]);
      form.setErrors(Object.fromEntries(problems));
    },
  });
  return (
    <EntryFrame wide title={t('entry.welcome.title')} lead={t('entry.welcome.lead')}>
      <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack gap="lg">
          <Fieldset legend={t('entry.welcome.you')} variant="unstyled">
            <Stack gap="sm">
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
                <TextInput
                  required
                  withAsterisk={false}
                  autoFocus
                  autoComplete="name"
                  label={t('entry.field.name')}
                  {...form.getInputProps('name')}
                />
                <TextInput
                  type="email"
                  required
                  withAsterisk={false}
                  autoComplete="username"
                  label={t('entry.field.email')}
                  {...form.getInputProps('email')}
                />
              </SimpleGrid>
              <PasswordInput
                required
                withAsterisk={false}
                autoComplete="new-password"
                minLength={passwordLength}
                label={t('entry.field.password')}
                description={t('entry.field.password_hint', { count: passwordLength })}
                {...form.getInputProps('password')}
              />
            </Stack>
          </Fieldset>
          <Fieldset legend={t('entry.welcome.team')} variant="unstyled">
            <Stack gap="sm">
              <TextInput
                required
                withAsterisk={false}
                autoComplete="organization"
                label={t('entry.welcome.workspace_name')}
                placeholder={t('entry.welcome.workspace_hint')}
                {...form.getInputProps('workspace_name')}
              />
              <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
                <Select
                  searchable
                  allowDeselect={false}
                  label={t('entry.field.country')}
                  data={lists.countries}
                  {...form.getInputProps('country')}
                />
                <Select
                  searchable
                  allowDeselect={false}
                  label={t('entry.field.time_zone')}
                  data={lists.zones}
                  {...form.getInputProps('time_zone')}
                />
                <Select
                  searchable
                  allowDeselect={false}
                  label={t('entry.field.currency')}
                  data={lists.currencies}
                  {...form.getInputProps('currency')}
                />
              </SimpleGrid>
            </Stack>
          </Fieldset>
          <StartChoice {...form.getInputProps('start')} />
          <ProblemAlert error={create.error} />
          <Button type="submit" size="md" loading={create.isPending}>
            {t('entry.welcome.create')}
          </Button>
          {create.isPending && form.values.start === 'sample' && (
            <Text c="dimmed" ta="center" role="status">
              {t('entry.welcome.creating_sample')}
            </Text>
          )}
        </Stack>
      </form>
    </EntryFrame>
  );
}
