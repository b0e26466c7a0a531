import { Button, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import type { Import } from './imports';
import classes from './imports.module.css';

/** Counts in equal created, updated, skipped and refused; the refused rows can be fetched with their reasons. */
export function Counts({ one }: { one: Import }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Panel>
      <div className={classes.counts}>
        {(['rows_read', 'created', 'updated', 'skipped', 'refused'] as const).map((key) => (
          <div key={key}>
            <div className={classes.number}>{format.number(one[key])}</div>
            <Text size="xs" c="dimmed">
              {t(`imports.count.${key}`)}
            </Text>
          </div>
        ))}
      </div>
      {one.refused > 0 && (
        <Button
          mt="sm"
          variant="default"
          component="a"
          href={api.url(`/imports/${one.id}/refused.csv`)}
          download
          leftSection={<IconDownload size={14} />}
        >
          {t('imports.refused')}
        </Button>
      )}
    </Panel>
  );
}
