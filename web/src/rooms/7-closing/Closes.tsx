import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/kit/Page';
import classes from '@/kit/room.module.css';
import { closeKindsQuery } from './closing';

/** The ways to ask, direct and indirect, as they may be said. */
export function Closes() {
  const { t, i18n } = useTranslation();
  const all = useQuery(closeKindsQuery).data ?? [];
  const part = (direct: boolean) =>
    all
      .filter((one) => one.direct === direct)
      .map((one) => (
        <div key={one.kind} className={classes.line}>
          <Text fw={500}>{t(`closing.close.${one.kind}`)}</Text>
          <Text className={classes.quote}>{i18n.language === 'ko' ? one.ko : one.en}</Text>
        </div>
      ));
  return (
    <Panel title={t('closing.closes.title')} lead={t('closing.closes.lead')}>
      <Text fw={600} mt="xs">
        {t('closing.indirect')}
      </Text>
      {part(false)}
      <Text fw={600} mt="sm">
        {t('closing.direct')}
      </Text>
      {part(true)}
    </Panel>
  );
}
