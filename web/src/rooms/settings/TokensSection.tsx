import { Alert, Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Page } from '@/api/model';
import { askFirst } from '@/kit/askFirst';
import { CopyField } from '@/kit/CopyField';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from './settings.module.css';
import { useSave } from './useSave';

interface Token {
  id: string;
  name: string;
  scope: 'read' | 'write';
  last_four: string;
  user_name: string;
  created_at: string;
  last_used_at: string | null;
}

export function TokensSection() {
  const { t } = useTranslation();
  const format = useFormat();
  const [secret, setSecret] = useState<string | null>(null);
  const tokens = useQuery({ queryKey: ['/api-tokens'], queryFn: () => api.get<Page<Token>>('/api-tokens') });
  const form = useForm({ initialValues: { name: '', scope: 'read' } });
  const create = useSave(
    (values: typeof form.values) => api.post<{ token: string }>('/api-tokens', values),
    ['/api-tokens'],
    (made) => {
      setSecret(made.token);
      form.reset();
    },
  );
  const revoke = useSave((id: string) => api.delete(`/api-tokens/${id}`), ['/api-tokens']);
  return (
    <Panel title={t('settings.section.tokens')} lead={t('settings.tokens.lead')}>
      <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Group align="flex-end" gap="xs" mb="sm">
          <TextInput
            required
            withAsterisk={false}
            label={t('settings.tokens.name')}
            {...form.getInputProps('name')}
          />
          <Select
            label={t('settings.tokens.scope')}
            allowDeselect={false}
            data={(['read', 'write'] as const).map((one) => ({
              value: one,
              label: t(`settings.tokens.${one}`),
            }))}
            {...form.getInputProps('scope')}
          />
          <Button type="submit" loading={create.isPending}>
            {t('settings.tokens.create')}
          </Button>
        </Group>
      </form>
      {secret && (
        <Alert mb="sm" withCloseButton onClose={() => setSecret(null)} closeButtonLabel={t('kit.close')}>
          <CopyField label={t('settings.tokens.secret')} hint={t('settings.tokens.once')} value={secret} />
        </Alert>
      )}
      <ProblemAlert error={tokens.error} />
      {tokens.data?.items.length === 0 && <Text c="dimmed">{t('settings.tokens.none')}</Text>}
      {tokens.data?.items.map((token) => (
        <Group key={token.id} justify="space-between" wrap="nowrap" className={classes.line}>
          <div>
            <Text fw={500}>
              {token.name}{' '}
              <Text span c="dimmed">
                …{token.last_four} · {t(`settings.tokens.${token.scope}`)}
              </Text>
            </Text>
            <Text size="xs" c="dimmed">
              {token.user_name} ·{' '}
              {token.last_used_at
                ? t('settings.tokens.used', { when: format.relative(token.last_used_at) })
                : t('settings.tokens.never')}
            </Text>
          </div>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() =>
              askFirst({
                title: t('settings.tokens.revoke_title', { name: token.name }),
                text: t('settings.tokens.revoke_text'),
                confirm: t('settings.tokens.revoke'),
                onConfirm: () => revoke.mutate(token.id),
              })
            }
          >
            {t('settings.tokens.revoke')}
          </Button>
        </Group>
      ))}
    </Panel>
  );
}
