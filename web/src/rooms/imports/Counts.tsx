import { Button, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { fileAddress, useMe } from '@/app/session';
import { useFormat } from '@/kit/format';
import type { Tally } from './imports';
import classes from './imports.module.css';

/** Counts in equal created, updated, skipped and refused; the refused rows can be fetched with their reasons. */
export function Counts({ tally, refusedOf }: { tally: Tally; refusedOf?: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
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
