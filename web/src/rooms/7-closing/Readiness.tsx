import { Anchor, Group, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import classes from '@/kit/GateList.module.css';
import { RecordSection } from '@/kit/record/RecordLayout';
import { roomOf } from './closing';

/** What makes a willing buyer; what is missing leads to the room that mends it. */
export function Readiness({ items }: { items: readonly { item: string; holds: boolean }[] }) {
  const { t } = useTranslation();
  return (
    <RecordSection title={t('offer.closing.readiness')}>
      {items.map(({ item, holds }) => {
        const room = roomOf[item];
        return (
          <Group key={item} gap="xs" wrap="nowrap" py={2}>
            {holds ? (
              <IconCircleCheckFilled size={16} className={classes.met} aria-hidden />
            ) : (
              <IconCircle size={16} className={classes.unmet} aria-hidden />
            )}
            <Text flex={1}>{textOr(t, `offer.closing.ready.${item}`, item)}</Text>
            {holds || !room ? (
              <Text size="xs" c="dimmed">
                {t(holds ? 'stage.state.met' : 'stage.state.unmet')}
              </Text>
            ) : (
              <Anchor
                size="xs"
                py={4}
                renderRoot={(props) => (
                  <Link {...props} to="/rooms/$stage" params={{ stage: room }} search={{}} />
                )}
              >
                {t('cycle.open_room', { room: t(`stage.${room}.name`) })}
              </Anchor>
            )}
          </Group>
        );
      })}
    </RecordSection>
  );
}
