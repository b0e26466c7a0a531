import { Badge, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import type { Learned } from './learn';
import { useFactName } from './useFactName';

const colors = { too_few: 'gray', stable: 'teal', watch: 'yellow', alert: 'red' } as const;

/** Whether the customers of the newest half year still look like those before them. */
export function DriftPanel({ drift }: { drift: NonNullable<Learned['drift']> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const factName = useFactName();
  return (
    <Panel
      title={t('prospecting.learn.drift')}
      lead={t('prospecting.learn.drift_lead', {
        newest: format.number(drift.newest),
        basis: format.number(drift.basis),
      })}
      actions={
        <Badge variant="light" color={colors[drift.status]} c="var(--mantine-color-text)" tt="none">
          {t(`prospecting.learn.drift_status.${drift.status}`)}
        </Badge>
      }
    >
      {drift.status === 'too_few' && <Text c="dimmed">{t('prospecting.learn.drift_too_few')}</Text>}
      {drift.fields.length > 0 && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('prospecting.learn.column.group')}</Table.Th>
              <Table.Th ta="end">{t('prospecting.learn.column.psi')}</Table.Th>
              <Table.Th ta="end">{t('prospecting.learn.column.by_chance')}</Table.Th>
              <Table.Th>{t('prospecting.learn.column.reads')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {drift.fields.map((field) => (
              <Table.Tr key={field.field}>
                <Table.Td>{factName(field.field)}</Table.Td>
                <Table.Td ta="end">{format.number(field.psi, 3)}</Table.Td>
                <Table.Td ta="end">{format.number(field.by_chance, 3)}</Table.Td>
                <Table.Td>
                  <Badge variant="light" color={colors[field.status]} c="var(--mantine-color-text)" tt="none">
                    {t(`prospecting.learn.drift_status.${field.status}`)}
                  </Badge>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}
