import { Button, Collapse, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import type { Learned } from './learn';
import { useFactName } from './useFactName';

/** What was not tested, and why; folded, because it is long and seldom asked for. */
export function RefusedList({ refused }: { refused: Learned['refused'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const factName = useFactName();
  const [open, { toggle }] = useDisclosure(false);
  return (
    <Panel
      title={t('prospecting.learn.refused')}
      lead={t('prospecting.learn.refused_lead')}
      actions={
        <Button variant="default" aria-expanded={open} onClick={toggle}>
          {open ? t('prospecting.learn.hide') : t('prospecting.learn.show', { count: refused.length })}
        </Button>
      }
    >
      <Collapse expanded={open}>
        <Table>
          <Table.Tbody>
            {refused.map((one) => (
              <Table.Tr key={`${one.field} ${one.value ?? ''} ${one.why}`}>
                <Table.Td>
                  {factName(one.field)}
                  {one.value && `: ${one.value}`}
                </Table.Td>
                <Table.Td>
                  {t(`prospecting.learn.why.${one.why}`)}
                  {typeof one.n === 'number' && (
                    <Text span c="dimmed">
                      {` (${t('prospecting.learn.refused_counts', {
                        n: format.number(one.n),
                        companies: format.number(one.companies ?? 0),
                      })})`}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Collapse>
    </Panel>
  );
}
