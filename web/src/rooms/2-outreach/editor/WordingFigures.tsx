import { Badge, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { VariantsView } from '@/api/generated/model';
import { useFormat } from '@/kit/format';
import classes from './editor.module.css';
import { letterOf } from './steps';

/** What each wording brought, with how sure that is; one that won, or what is missing before one can. */
export function WordingFigures({ figures }: { figures: VariantsView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const least = Math.min(...figures.arms.map((one) => one.delivered));
  const letter = figures.winner ? letterOf(figures.winner - 1) : '';
  const verdict = () => {
    if (figures.winner && figures.reason === 'better') return t('outreach.wording.better', { letter });
    if (figures.winner) return t('outreach.wording.no_difference', { letter });
    if (least >= figures.enough) return t('outreach.wording.open');
    return t('outreach.wording.needs', {
      enough: format.number(figures.enough),
      least: format.number(least),
    });
  };
  const heads = ['delivered', 'positive', 'rate', 'chance', 'share'] as const;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard
    <section className={classes.figures} tabIndex={0} aria-label={t('outreach.wording.figures')}>
      <Table verticalSpacing={4} horizontalSpacing="xs" fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('outreach.wording.tabs')}</Table.Th>
            {heads.map((head) => (
              <Table.Th key={head} ta="end">
                {t(`outreach.wording.${head}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {figures.arms.map((one) => (
            <Table.Tr key={one.variant}>
              <Table.Th scope="row">
                {letterOf(one.variant - 1)}{' '}
                {figures.winner === one.variant && (
                  <Badge size="xs" variant="light" color="green">
                    {t('outreach.wording.winner')}
                  </Badge>
                )}
              </Table.Th>
              <Table.Td ta="end">{format.number(one.delivered)}</Table.Td>
              <Table.Td ta="end">{format.number(one.positive)}</Table.Td>
              <Table.Td ta="end">
                {t('outreach.wording.between', {
                  low: format.percent(one.between[0]),
                  high: format.percent(one.between[1]),
                })}
              </Table.Td>
              <Table.Td ta="end">{format.percent(one.chance, 0)}</Table.Td>
              <Table.Td ta="end">{format.percent(one.share, 0)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt={4}>
        {verdict()} {t('outreach.wording.stale')}
      </Text>
    </section>
  );
}
