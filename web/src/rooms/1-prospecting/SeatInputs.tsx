import { ActionIcon, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { membersQuery } from '@/api/records';
import type { Method, Seat } from './territory';

interface SeatInputsProps {
  seats: Seat[];
  method: Method;
  onChange: (next: Seat[]) => void;
}

/** Among whom companies are dealt out, and how many each can work. */
export function SeatInputs({ seats, method, onChange }: SeatInputsProps) {
  const { t } = useTranslation();
  const members = useQuery(membersQuery).data ?? [];
  const nameOf = (id: string) =>
    members.find((one) => one.user_id === id)?.name ?? t('prospecting.territory.gone');
  const free = members.filter((one) => seats.every((seat) => seat.user_id !== one.user_id));
  return (
    <Stack gap="xs">
      {seats.map((seat, index) => (
        <Group key={seat.user_id} gap="xs" wrap="nowrap">
          <Text style={{ flex: 1 }}>{nameOf(seat.user_id)}</Text>
          <NumberInput
            w={160}
            min={0}
            max={10_000_000}
            allowDecimal={false}
            thousandSeparator=","
            required={method === 'capacity_weighted'}
            aria-label={t('prospecting.territory.capacity_of', { name: nameOf(seat.user_id) })}
            placeholder={t(
              method === 'capacity_weighted'
                ? 'prospecting.territory.capacity'
                : 'prospecting.territory.no_limit',
            )}
            value={seat.capacity ?? ''}
            onChange={(value) =>
              onChange(
                seats.map((one, i) =>
                  i === index ? { ...one, capacity: typeof value === 'number' ? value : null } : one,
                ),
              )
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${t('kit.remove')}: ${nameOf(seat.user_id)}`}
            onClick={() => onChange(seats.filter((_, i) => i !== index))}
          >
            <IconX size={14} />
          </ActionIcon>
        </Group>
      ))}
      <Select
        searchable
        value={null}
        aria-label={t('prospecting.territory.add_member')}
        placeholder={t('prospecting.territory.add_member')}
        data={free.map((one) => ({ value: one.user_id, label: one.name }))}
        onChange={(id) => id && onChange([...seats, { user_id: id, capacity: null }])}
      />
    </Stack>
  );
}
