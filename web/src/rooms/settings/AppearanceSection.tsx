import { SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { locales, setLocale } from '@/i18n';
import { notifyProblem } from '@/kit/notify';
import { Panel } from '@/kit/Page';

export function AppearanceSection() {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choose = async (locale: string) => {
    try {
      await api.patch('/me', { locale });
      await setLocale(locale);
      await client.invalidateQueries({ queryKey: ['/me'] });
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <Panel title={t('settings.section.appearance')}>
      <Stack gap="md" align="flex-start">
        <div>
          <Text fw={500} mb={4}>
            {t('entry.field.locale')}
          </Text>
          <SegmentedControl
            aria-label={t('entry.field.locale')}
            value={i18n.language}
            onChange={choose}
            data={locales.map((locale) => ({ value: locale, label: t(`entry.language.${locale}`) }))}
          />
        </div>
        <div>
          <Text fw={500} mb={4}>
            {t('settings.appearance.scheme')}
          </Text>
          <SegmentedControl
            aria-label={t('settings.appearance.scheme')}
            value={colorScheme}
            onChange={(next) => setColorScheme(next as typeof colorScheme)}
            data={(['auto', 'light', 'dark'] as const).map((one) => ({
              value: one,
              label: t(`settings.appearance.${one}`),
            }))}
          />
        </div>
      </Stack>
    </Panel>
  );
}
