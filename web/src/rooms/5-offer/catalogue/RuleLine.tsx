import { ActionIcon, Group, NumberInput, Select, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ApprovalRule } from '@/api/generated/model';
import classes from '@/kit/room.module.css';
import { MoneyAmount } from '../MoneyAmount';
import { bpOf, percentOf } from '../offer';
import { useRuleName } from '../useRuleName';

const roles = ['manager', 'admin', 'owner'] as const;

interface RuleLineProps {
  rule: ApprovalRule;
  home: string;
  readOnly: boolean;
  onMove: (by: number) => void;
  onChange: (rule: ApprovalRule | null) => void;
}

/** A rule, its limit and the role that agrees. */
export function RuleLine({ rule, home, readOnly, onMove, onChange }: RuleLineProps) {
  const { t } = useTranslation();
  const ruleName = useRuleName();
  const what = ruleName(rule, home);
  const over = rule.over ?? 0;
  const label = t(`offer.rules.kind.${rule.kind}`);
  return (
    <Group className={classes.line} gap="sm">
      <Text flex={1} miw={200}>
        {what}
      </Text>
      {(rule.kind === 'discount' || rule.kind === 'margin_below') && (
        <NumberInput
          w={90}
          min={0}
          max={100}
          decimalScale={2}
          suffix="%"
          readOnly={readOnly}
          aria-label={label}
          value={percentOf(over)}
          onChange={(next) => onChange({ ...rule, over: bpOf(next) })}
        />
      )}
      {rule.kind === 'payment_days' && (
        <NumberInput
          w={90}
          min={0}
          max={365}
          readOnly={readOnly}
          aria-label={label}
          value={over}
          onChange={(next) => onChange({ ...rule, over: Number(next) || 0 })}
        />
      )}
      {rule.kind === 'value_above' && (
        <MoneyAmount
          w={150}
          readOnly={readOnly}
          aria-label={label}
          currency={rule.currency ?? home}
          minor={over}
          onChange={(minor) => onChange({ ...rule, over: minor })}
        />
      )}
      <Select
        w={150}
        allowDeselect={false}
        disabled={readOnly}
        aria-label={t('offer.rules.role')}
        data={roles.map((role) => ({ value: role, label: t(`settings.role.${role}`) }))}
        value={rule.needs}
        onChange={(needs) => needs && onChange({ ...rule, needs: needs as ApprovalRule['needs'] })}
      />
      {!readOnly && (
        <Group gap={2}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('offer.up', { what })}
            onClick={() => onMove(-1)}
          >
            <IconArrowUp size={14} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('offer.down', { what })}
            onClick={() => onMove(1)}
          >
            <IconArrowDown size={14} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('offer.line.remove', { what })}
            onClick={() => onChange(null)}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </Group>
      )}
    </Group>
  );
}
