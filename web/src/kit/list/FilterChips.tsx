import { Button, CloseButton, Group, Menu, Popover, UnstyledButton } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/api/model';
import type { Condition } from '@/api/records';
import { fieldLabel } from '../fields/labels';
import { ConditionEditor } from './ConditionEditor';
import { ConditionValue } from './ConditionValue';
import classes from './list.module.css';
import { type Operator, operatorsFor } from './useListState';

interface FilterChipsProps {
  fields: Field[];
  conditions: Condition[];
  onChange: (next: Condition[]) => void;
}

/** The filters in force, one chip each; a click on a chip changes it. */
export function FilterChips({ fields, conditions, onChange }: FilterChipsProps) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState<number | null>(null);
  const replace = (index: number, next: Condition) =>
    onChange(conditions.map((one, i) => (i === index ? next : one)));
  const add = (field: Field) => {
    const op = operatorsFor(field)[0] ?? 'eq';
    onChange([...conditions, { field: field.key, op, value: '' }]);
    setOpen(conditions.length);
  };
  return (
    <Group gap={6}>
      {conditions.map((condition, index) => {
        const field = fields.find((one) => one.key === condition.field);
        if (!field) return null;
        const name = fieldLabel(field, i18n.language);
        return (
          <Popover
            // biome-ignore lint/suspicious/noArrayIndexKey: two equal conditions are allowed
            key={index}
            opened={open === index}
            onChange={(shown) => setOpen(shown ? index : null)}
            trapFocus
            position="bottom-start"
          >
            <Group className={classes.chip} gap={0} wrap="nowrap">
              <Popover.Target>
                <UnstyledButton
                  className={classes.chipText}
                  onClick={() => setOpen(open === index ? null : index)}
                >
                  <span>{name}</span>{' '}
                  <span className={classes.op}>{t(`kit.op.${condition.op as Operator}`)}</span>{' '}
                  <ConditionValue field={field} condition={condition} />
                </UnstyledButton>
              </Popover.Target>
              <CloseButton
                size={24}
                iconSize={12}
                aria-label={`${t('kit.remove')}: ${name}`}
                onClick={() => onChange(conditions.filter((_, i) => i !== index))}
              />
            </Group>
            <Popover.Dropdown>
              <ConditionEditor
                field={field}
                condition={condition}
                onApply={(next) => {
                  replace(index, next);
                  setOpen(null);
                }}
              />
            </Popover.Dropdown>
          </Popover>
        );
      })}
      <Menu position="bottom-start" shadow="md">
        <Menu.Target>
          <Button variant="subtle" color="gray" size="compact-sm" leftSection={<IconFilter size={14} />}>
            {t(conditions.length === 0 ? 'kit.list.filter' : 'kit.list.add_filter')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={360} className={classes.scrolling}>
          {fields
            .filter((field) => !['emails', 'phones', 'profiles'].includes(field.key))
            .map((field) => (
              <Menu.Item key={field.key} onClick={() => add(field)}>
                {fieldLabel(field, i18n.language)}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      {conditions.length > 1 && (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange([])}>
          {t('kit.list.clear_filters')}
        </Button>
      )}
    </Group>
  );
}
