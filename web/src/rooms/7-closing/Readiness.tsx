import { Group, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import classes from '@/kit/GateList.module.css';
import { RecordSection } from '@/kit/record/RecordLayout';

/** What makes a willing buyer; what is missing belongs to an earlier room. */
export function Readiness({ items }: { items: { item: string; holds: boolean }[] }) {
  const { t } = useTranslation();
  return (
    <RecordSection title={t('offer.closing.readiness')}>
      {items.map(({ item, holds }) => (
        <Group key={item} gap="xs" wrap="nowrap" py={2}>
          {holds ? (
            <IconCircleCheckFilled size={16} className={classes.met} aria-hidden />
          ) : (
            <IconCircle size={16} className={classes.unmet} aria-hidden />
          )}
          <Text flex={1}>{textOr(t, `offer.closing.ready.${item}`, item)}</Text>
          <Text size="xs" c="dimmed">
            {t(holds ? 'stage.state.met' : 'stage.state.unmet')}
          </Text>
        </Group>
      ))}
    </RecordSection>
  );
}
