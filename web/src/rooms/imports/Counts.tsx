import { Button, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Job } from '@/api/model';
import { fileAddress, useMe } from '@/app/session';
import { useFormat } from '@/kit/format';
import { FirstRefusals } from './FirstRefusals';
import { firstRefusals, type Tally } from './imports';
import classes from './imports.module.css';

/** Counts in equal created, updated, skipped and refused; the first refused rows say why, all can be fetched. */
export function Counts({ tally, job, refusedOf }: { tally: Tally; job: Job; refusedOf?: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const refusals = firstRefusals(job);
  return (
    <>
      <div className={classes.counts}>
        {(['rows', 'created', 'updated', 'skipped', 'refused'] as const).map((key) => (
          <div key={key}>
            <div className={classes.number}>{format.number(tally[key])}</div>
            <Text size="xs" c="dimmed">
              {t(`imports.count.${key}`)}
            </Text>
          </div>
        ))}
      </div>
      {refusals.length > 0 && <FirstRefusals rows={refusals} />}
      {tally.refused > 0 && refusedOf && (
        <Button
          mt="sm"
          variant="default"
          component="a"
          href={fileAddress(`/imports/${refusedOf}/refused.csv`, me)}
          download
          leftSection={<IconDownload size={14} />}
        >
          {t('imports.refused')}
        </Button>
      )}
    </>
  );
}
