import { Group, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './EntryFrame.module.css';

export function StartChoice(props: { value?: string; onChange?: (value: string) => void }) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t('entry.welcome.begin')} value={props.value} onChange={props.onChange}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" mt={4}>
        {(['empty', 'sample'] as const).map((start) => (
          <Radio.Card key={start} value={start} className={classes.choice}>
            <Group wrap="nowrap" align="flex-start" gap="sm">
              <Radio.Indicator size="sm" mt={2} />
              <Stack gap={2}>
                <Text fw={600}>{t(`entry.welcome.${start}`)}</Text>
                <Text c="dimmed" size="xs">
                  {t(`entry.welcome.${start}_text`)}
                </Text>
              </Stack>
            </Group>
          </Radio.Card>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
