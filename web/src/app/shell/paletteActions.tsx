import { Center } from '@mantine/core';
import {
  IconAdjustments,
  IconArrowMerge,
  IconBuilding,
  IconChartHistogram,
  IconCurrencyDollar,
  IconInbox,
  IconKeyboard,
  IconLanguage,
  IconLayoutKanban,
  IconMessageQuestion,
  IconMoon,
  IconPhone,
  IconRoute,
  IconSun,
  IconTableImport,
  IconUser,
  IconUsers,
} from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { stageKeys } from '@/api/model';
import { currentLocale, setLocale } from '@/i18n';
import { createRecord } from '@/kit/createRecord';
import { openObjection } from '@/kit/openObjection';
import { StageDot } from '@/kit/StageDot';

export interface PaletteAction {
  label: string;
  icon?: ReactNode;
  run: () => void;
}

/** In the order of the rail and the top bar, with their pictures. */
const places = [
  { key: 'today', Icon: IconSun },
  { key: 'inbox', Icon: IconInbox },
  { key: 'calls', Icon: IconPhone },
  { key: 'cycle', Icon: IconLayoutKanban },
  { key: 'companies', Icon: IconBuilding },
  { key: 'people', Icon: IconUsers },
  { key: 'deals', Icon: IconCurrencyDollar },
  { key: 'duplicates', Icon: IconArrowMerge },
  { key: 'process', Icon: IconRoute },
  { key: 'insight', Icon: IconChartHistogram },
  { key: 'settings', Icon: IconAdjustments },
] as const;

export function usePaletteActions(open: { onHelp: () => void; onTheme: () => void }): PaletteAction[] {
  const { t } = useTranslation();
  const router = useRouter();
  const go = (path: string) => () => router.history.push(path);
  return [
    {
      label: t('app.palette.new_company'),
      icon: <IconBuilding size={16} />,
      run: () => createRecord('company'),
    },
    { label: t('app.palette.new_person'), icon: <IconUser size={16} />, run: () => createRecord('person') },
    {
      label: t('app.palette.new_deal'),
      icon: <IconCurrencyDollar size={16} />,
      run: () => createRecord('deal'),
    },
    {
      label: t('objections.log'),
      icon: <IconMessageQuestion size={16} />,
      run: () => openObjection(),
    },
    { label: t('app.palette.import'), icon: <IconTableImport size={16} />, run: go('/imports') },
    ...places.map(({ key, Icon }) => ({
      label: `${t('app.palette.go')}: ${t(`app.nav.${key}`)}`,
      icon: <Icon size={16} />,
      run: go(`/${key}`),
    })),
    ...stageKeys.map((stage) => ({
      label: `${t('app.palette.go')}: ${t(`stage.${stage}.name`)}`,
      icon: (
        <Center w={16}>
          <StageDot stage={stage} />
        </Center>
      ),
      run: go(`/rooms/${stage}`),
    })),
    { label: t('app.palette.shortcuts'), icon: <IconKeyboard size={16} />, run: open.onHelp },
    { label: t('app.palette.theme'), icon: <IconMoon size={16} />, run: open.onTheme },
    {
      label: t('app.palette.language'),
      icon: <IconLanguage size={16} />,
      run: () => void setLocale(currentLocale() === 'en' ? 'ko' : 'en'),
    },
  ];
}
