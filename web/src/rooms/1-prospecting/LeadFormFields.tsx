import { ActionIcon, Button, Checkbox, Group, Menu, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { askableQuery, type FormField, moved } from './inbound';

interface Props {
  fields: FormField[];
  onChange: (fields: FormField[]) => void;
}

/** What a form asks for, in its order. The mail address is always among it. */
export function LeadFormFields({ fields, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const askable = useQuery(askableQuery);
  const language = i18n.language === 'ko' ? 'ko' : 'en';
  const called = (key: string) => askable.data?.find((one) => one.key === key)?.label[language] ?? key;
  const group = (key: string) =>
    key === 'message' ? '' : t(key.startsWith('person.') ? 'records.person.many' : 'records.company.many');
  const named = (key: string) => [group(key), called(key)].filter(Boolean).join(': ');
  const left = askable.data?.filter((one) => fields.every((field) => field.field !== one.key)) ?? [];
  return (
    <Panel title={t('prospecting.inbound.fields')}>
      <ProblemAlert error={askable.error} retry={() => askable.refetch()} />
      {fields.map((field, index) => {
        const mail = field.field === 'person.email';
        const name = named(field.field);
        return (
          <Group key={field.field} justify="space-between" wrap="nowrap" py={4}>
            <Text>{name}</Text>
            <Group gap={4} wrap="nowrap">
              <Checkbox
                size="xs"
                label={t('prospecting.inbound.required')}
                checked={field.required || mail}
                disabled={mail}
                onChange={(event) => {
                  const required = event.currentTarget.checked;
                  onChange(fields.map((one, n) => (n === index ? { ...one, required } : one)));
                }}
              />
              <ActionIcon
                variant="subtle"
                disabled={index === 0}
                aria-label={t('prospecting.inbound.up', { name })}
                onClick={() => onChange(moved(fields, index, -1))}
              >
                <IconArrowUp size={14} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                disabled={index === fields.length - 1}
                aria-label={t('prospecting.inbound.down', { name })}
                onClick={() => onChange(moved(fields, index, 1))}
              >
                <IconArrowDown size={14} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                disabled={mail}
                aria-label={t('prospecting.inbound.remove', { name })}
                onClick={() => onChange(fields.filter((_, n) => n !== index))}
              >
                <IconX size={14} />
              </ActionIcon>
            </Group>
          </Group>
        );
      })}
      <Menu position="bottom-start">
        <Menu.Target>
          <Button mt="sm" variant="light" leftSection={<IconPlus size={14} />}>
            {t('prospecting.inbound.add_field')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={360} style={{ overflow: 'auto' }}>
          {left.map((one) => (
            <Menu.Item
              key={one.key}
              onClick={() => onChange([...fields, { field: one.key, required: false }])}
            >
              {named(one.key)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Panel>
  );
}
