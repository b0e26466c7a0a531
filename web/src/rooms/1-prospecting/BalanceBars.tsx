import { Progress, SegmentedControl, Stack, Text } from '@mantine/core';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import {
  concerned,
  longest,
  type Measure,
  meanFit,
  measured,
  measures,
  type TerritoryPreview,
} from './territory';
import classes from './territory.module.css';

interface BalanceBarsProps {
  preview: TerritoryPreview;
  nameOf: (user: string | null) => string;
}

/** Who has how much of one thing, before (above) and after (below), and how even that is. */
export function BalanceBars({ preview, nameOf }: BalanceBarsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [measure, setMeasure] = useState<Measure>('companies');
  const people = concerned(preview.people);
  const most = longest(people, measure);
  const shown = (value: number) =>
    measure === 'potential'
      ? format.money({ minor: value, currency: preview.currency }, true)
      : format.number(value);
  const even = (value: number | null) => (value === null ? '–' : format.percent(value, 0));
  return (
    <Stack gap="xs">
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t('prospecting.territory.balance')}
        data={measures.map((one) => ({ value: one, label: t(`prospecting.territory.measure.${one}`) }))}
        value={measure}
        onChange={(next) => setMeasure(next as Measure)}
      />
      <Text size="xs" c="dimmed">
        {t(`prospecting.territory.measure_lead.${measure}`)}
      </Text>
      <div className={classes.balance}>
        {people.map((person) => {
          const name = nameOf(person.user_id);
          const [before, after] = [measured(person.before, measure), measured(person.after, measure)];
          const fit = meanFit(person.after);
          return (
            <Fragment key={person.user_id ?? ''}>
              <Text size="sm" truncate>
                {name}
              </Text>
              <div className={classes.pair}>
                <Progress
                  size="sm"
                  color="gray"
                  value={(100 * before) / most}
                  aria-label={t('prospecting.territory.before_of', { name })}
                />
                <Progress
                  size="sm"
                  value={(100 * after) / most}
                  aria-label={t('prospecting.territory.after_of', { name })}
                />
              </div>
              <Text size="xs" className={classes.number}>
                {`${shown(before)} → ${shown(after)}`}
                {measure === 'good_fit' &&
                  fit !== null &&
                  ` · ${t('prospecting.territory.mean_fit', { fit: format.number(fit, 0) })}`}
              </Text>
            </Fragment>
          );
        })}
      </div>
      <Text size="xs">
        {t('prospecting.territory.evenness', {
          before: even(preview.evenness_before[measure]),
          after: even(preview.evenness_after[measure]),
        })}
      </Text>
    </Stack>
  );
}
