import { ActionIcon, Checkbox, Group, Popover, Stack, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/api/model';
import { fieldLabel } from '../fields/labels';
import classes from './list.module.css';

/** Which columns, and in what order. */
export function ColumnMenu(props: {
  fields: Field[];
  columns: string[];
  onChange: (next: string[]) => void;
}) {
  const { t, i18n } = useTranslation();
  const shown = props.columns.filter((key) => props.fields.some((field) => field.key === key));
  const rest = props.fields.filter((field) => !shown.includes(field.key));
  const toggle = (key: string) =>
    props.onChange(shown.includes(key) ? shown.filter((one) => one !== key) : [...shown, key]);
  const swap = (index: number, by: number) => {
    const next = [...shown];
    const [moved] = next.splice(index, 1);
    if (moved) next.splice(index + by, 0, moved);
    props.onChange(next);
  };
  const labelOf = (key: string) => {
    const field = props.fields.find((one) => one.key === key);
    return field ? fieldLabel(field, i18n.language) : key;
  };
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Tooltip label={t('kit.list.columns')}>
          <ActionIcon variant="subtle" color="gray" size="md" aria-label={t('kit.list.columns')}>
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown mah={420} className={classes.scrolling}>
        <Stack gap={6}>
          {shown.map((key, index) => (
            <Group key={key} justify="space-between" wrap="nowrap" gap="xs">
              <Checkbox
                size="xs"
                checked
                label={labelOf(key)}
                onChange={() => toggle(key)}
                disabled={index === 0}
              />
              <Group gap={0} wrap="nowrap">
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  disabled={index < 2}
                  onClick={() => swap(index, -1)}
                  aria-label={`${labelOf(key)}: ↑`}
                >
                  <IconArrowUp size={12} />
                </ActionIcon>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  disabled={index === 0 || index === shown.length - 1}
                  onClick={() => swap(index, 1)}
                  aria-label={`${labelOf(key)}: ↓`}
                >
                  <IconArrowDown size={12} />
                </ActionIcon>
              </Group>
            </Group>
          ))}
          {rest.map((field) => (
            <Checkbox
              key={field.key}
              size="xs"
              checked={false}
              label={labelOf(field.key)}
              onChange={() => toggle(field.key)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
