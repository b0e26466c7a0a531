import { Anchor, Box, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { stageKeys } from '@/api/model';
import { locales, setLocale } from '@/i18n';
import { StageDot } from '@/kit/StageDot';
import classes from './EntryFrame.module.css';

/** The frame of every page one sees before being signed in. */
export function EntryFrame(props: { title: string; lead?: string; wide?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Box component="main" className={classes.page}>
      <Stack className={classes.card} data-wide={props.wide || undefined} gap="lg">
        <Stack gap="xs">
          <Group gap="xs">
            <img src="/favicon.svg" alt="" width={24} height={24} />
            <Text fw={650} size="md">
              {t('app.name')}
            </Text>
            <Group gap={4} ml="auto" aria-hidden>
              {stageKeys.map((stage) => (
                <StageDot key={stage} stage={stage} />
              ))}
            </Group>
          </Group>
          <Title order={1}>{props.title}</Title>
          {props.lead && <Text c="dimmed">{props.lead}</Text>}
        </Stack>
        {props.children}
        <Group gap="md" justify="center">
          {locales.map((locale) => (
            <Anchor
              key={locale}
              component="button"
              type="button"
              size="xs"
              c="dimmed"
              lang={locale}
              onClick={() => setLocale(locale)}
            >
              {t(`entry.language.${locale}`)}
            </Anchor>
          ))}
        </Group>
      </Stack>
    </Box>
  );
}
