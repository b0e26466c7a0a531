import { Badge, Button, Group, Stack, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LinkView } from '@/api/generated/model';
import { CopyField } from '@/kit/CopyField';
import { useFormat } from '@/kit/format';
import { spell } from './page';

interface LinkRowProps {
  link: LinkView;
  name: string;
  partOf: (id: string) => string;
  /** Gives it another address. */
  renew?: (() => void) | undefined;
}

/** The link of one person, and what they did with it. */
export function LinkRow({ link, name, partOf, renew }: LinkRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const seen = link.last_opened_at
    ? t('offerpage.opened', {
        first: format.dateTime(link.first_opened_at),
        last: format.dateTime(link.last_opened_at),
      })
    : t('offerpage.unopened');
  const reading = link.reading.map((one) => `${partOf(one.section)} ${spell(one.seconds)}`).join(', ');
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <Badge variant="light" color={link.receipt ? 'teal' : 'gray'} tt="none">
          {link.receipt
            ? t('offerpage.signed', { when: format.dateTime(link.receipt.at) })
            : link.signs_at
              ? t('offerpage.signs', { place: link.signs_at })
              : t('offerpage.reads')}
        </Badge>
        {link.places > 2 && (
          <Badge variant="light" color="yellow" tt="none">
            {t('offerpage.passed_on', { count: link.places })}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {seen}
        {reading && ` · ${t('offerpage.read', { parts: reading })}`}
        {link.timed === false && ` · ${t('offerpage.not_timed')}`}
      </Text>
      {link.url && <CopyField label={t('offerpage.link', { name })} value={link.url} />}
      {renew && (
        <Group>
          <Tooltip label={t('offerpage.renew_hint')}>
            <Button size="compact-xs" variant="subtle" onClick={renew}>
              {t('offerpage.renew')}
            </Button>
          </Tooltip>
        </Group>
      )}
    </Stack>
  );
}
