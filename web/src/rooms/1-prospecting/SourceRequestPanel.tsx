import {
  ActionIcon,
  Button,
  Code,
  Group,
  PasswordInput,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/kit/Page';
import { examples, type SourceContent, type SourceRequest, secretsOf } from './enrichment';
import type { Secrets } from './SourcePage';

interface Props {
  content: SourceContent;
  /** Names of secrets that are kept. */
  kept: string[];
  secrets: Secrets;
  onChange: (part: Partial<SourceContent>) => void;
  onSecrets: (secrets: Secrets) => void;
}

/** The request as a template, and the secrets it asks for. */
export function SourceRequestPanel({ content, kept, secrets, onChange, onSecrets }: Props) {
  const { t } = useTranslation();
  const request = content.request ?? { method: 'GET', url: '', headers: [], body: null };
  const change = (part: Partial<SourceRequest>) => onChange({ request: { ...request, ...part } });
  return (
    <Panel title={t('enrichment.request')} lead={t('enrichment.request_lead')}>
      <Stack gap="sm">
        <Text size="xs" c="dimmed">
          {t('enrichment.variables')} <Code>{examples.variables[content.on]}</Code>{' '}
          <Code>{examples.more}</Code>
        </Text>
        <Group align="flex-end" wrap="nowrap" gap="xs">
          <Select
            w={96}
            flex="none"
            allowDeselect={false}
            label={t('enrichment.method')}
            data={['GET', 'POST']}
            value={request.method}
            onChange={(method) => change({ method: method === 'POST' ? 'POST' : 'GET' })}
          />
          <TextInput
            flex={1}
            label={t('enrichment.url')}
            value={request.url}
            onChange={(event) => change({ url: event.currentTarget.value })}
          />
        </Group>
        <Headers headers={request.headers} onChange={(headers) => change({ headers })} />
        {request.method === 'POST' && (
          <Textarea
            autosize
            minRows={3}
            label={t('enrichment.body')}
            placeholder={examples.body}
            value={request.body ?? ''}
            onChange={(event) => change({ body: event.currentTarget.value || null })}
          />
        )}
        {secretsOf(request).map((name) => (
          <PasswordInput
            key={name}
            label={t('enrichment.secret', { name })}
            description={t('enrichment.secret_hint')}
            placeholder={kept.includes(name) ? t('enrichment.secret_kept') : ''}
            autoComplete="off"
            value={secrets[name] ?? ''}
            onChange={(event) => {
              const { [name]: _, ...rest } = secrets;
              const typed = event.currentTarget.value;
              onSecrets(typed === '' ? rest : { ...rest, [name]: typed });
            }}
          />
        ))}
      </Stack>
    </Panel>
  );
}

function Headers(props: {
  headers: SourceRequest['headers'];
  onChange: (headers: SourceRequest['headers']) => void;
}) {
  const { t } = useTranslation();
  const { headers, onChange } = props;
  const set = (at: number, part: Partial<{ name: string; value: string }>) =>
    onChange(headers.map((header, n) => (n === at ? { ...header, ...part } : header)));
  return (
    <div>
      {headers.map((header, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: headers have no identity but their place
        <Group key={n} wrap="nowrap" gap="xs" mb={4}>
          <TextInput
            w={160}
            aria-label={t('enrichment.header_name')}
            placeholder={examples.header}
            value={header.name}
            onChange={(event) => set(n, { name: event.currentTarget.value })}
          />
          <TextInput
            flex={1}
            aria-label={t('enrichment.header_value')}
            placeholder={examples.value}
            value={header.value}
            onChange={(event) => set(n, { value: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('enrichment.remove_header')}
            onClick={() => onChange(headers.filter((_, at) => at !== n))}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={12} />}
        onClick={() => onChange([...headers, { name: '', value: '' }])}
      >
        {t('enrichment.add_header')}
      </Button>
    </div>
  );
}
