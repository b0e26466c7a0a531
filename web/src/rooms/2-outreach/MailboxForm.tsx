import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  NumberInput,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import type { Mailbox, Security } from './outreach';

const securities: readonly Security[] = ['tls', 'starttls', 'none'];

/** An empty password keeps the one that is stored. */
function bodyOf(values: ReturnType<typeof firstValues>, mailbox: Mailbox | null) {
  const server = ({ password, ...rest }: typeof values.smtp) =>
    password === '' ? rest : { ...rest, password };
  const { ramp, hourly_cap, ...rest } = values;
  // A ramp that goes on is not begun anew; whether a new mailbox needs one, the server knows.
  const before = mailbox === null || mailbox.ramp_level !== null;
  const turned = ramp === before ? {} : { ramp };
  const { smtp, imap, ...plain } = rest;
  // The servers of a mailbox that signs in are its provider's.
  const servers = mailbox?.sign_in_provider_id ? {} : { smtp: server(smtp), imap: server(imap) };
  return { ...plain, ...turned, ...servers, hourly_cap: hourly_cap === '' ? null : hourly_cap };
}

function firstValues(mailbox: Mailbox | null) {
  const smtp = mailbox?.smtp ?? { host: '', port: 465, security: 'tls' as Security, username: '' };
  const imap = mailbox?.imap ?? { host: '', port: 993, security: 'tls' as Security, username: '' };
  return {
    email: mailbox?.email ?? '',
    from_name: mailbox?.from_name ?? '',
    daily_cap: mailbox?.daily_cap ?? 50,
    hourly_cap: mailbox?.hourly_cap ?? ('' as number | ''),
    ramp: mailbox ? mailbox.ramp_level !== null : true,
    smtp: { ...smtp, password: '' },
    imap: { ...imap, password: '' },
  };
}

export function MailboxForm({ mailbox, onDone }: { mailbox: Mailbox | null; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useForm({ initialValues: firstValues(mailbox) });
  const save = useMutation({
    mutationFn: (values: typeof form.values) =>
      mailbox
        ? api.patch(`/mailboxes/${mailbox.id}`, bodyOf(values, mailbox))
        : api.post('/mailboxes', bodyOf(values, mailbox)),
    meta: { quiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/mailboxes'] });
      notifyDone(t('kit.saved'));
      onDone();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
          <TextInput required type="email" label={t('entry.field.email')} {...form.getInputProps('email')} />
          <TextInput required label={t('outreach.mailbox.from_name')} {...form.getInputProps('from_name')} />
          <NumberInput
            min={1}
            max={2000}
            label={t('outreach.mailbox.daily_cap')}
            {...form.getInputProps('daily_cap')}
          />
          <NumberInput
            min={1}
            max={2000}
            label={t('outreach.mailbox.hourly_cap')}
            placeholder={t('outreach.mailbox.hourly_hint')}
            {...form.getInputProps('hourly_cap')}
          />
        </SimpleGrid>
        {(mailbox?.sign_in_provider_id ? [] : (['smtp', 'imap'] as const)).map((kind) => (
          <Fieldset key={kind} legend={t(`outreach.mailbox.${kind}`)}>
            <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
              <TextInput
                required
                label={t('outreach.mailbox.host')}
                {...form.getInputProps(`${kind}.host`)}
              />
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
                data={securities.map((one) => ({
                  value: one,
                  label: t(`outreach.mailbox.securities.${one}`),
                }))}
                {...form.getInputProps(`${kind}.security`)}
              />
              <TextInput
                autoComplete="off"
                label={t('outreach.mailbox.username')}
                {...form.getInputProps(`${kind}.username`)}
              />
              <PasswordInput
                autoComplete="new-password"
                label={t('entry.field.password')}
                placeholder={mailbox ? t('outreach.mailbox.keep_password') : undefined}
                {...form.getInputProps(`${kind}.password`)}
              />
            </SimpleGrid>
          </Fieldset>
        ))}
        <Checkbox label={t('outreach.mailbox.ramp')} {...form.getInputProps('ramp', { type: 'checkbox' })} />
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
