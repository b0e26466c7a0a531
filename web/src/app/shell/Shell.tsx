import { AppShell, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../live';
import { Rail } from './Rail';
import { SampleProgress } from './SampleProgress';
import classes from './Shell.module.css';
import { TopBar } from './TopBar';
import { useShortcuts } from './useShortcuts';

const CommandPalette = lazy(async () => ({ default: (await import('./CommandPalette')).CommandPalette }));
const ShortcutHelp = lazy(async () => ({ default: (await import('./ShortcutHelp')).ShortcutHelp }));

export function Shell() {
  const { t } = useTranslation();
  const [menu, menuControl] = useDisclosure();
  const [palette, paletteControl] = useDisclosure();
  const [help, helpControl] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  useLive();
  useShortcuts({ palette: paletteControl.open, help: helpControl.open });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes whenever the page changes
  useEffect(menuControl.close, [path]);
  return (
    <>
      <a href="#content" className={classes.skip}>
        {t('app.nav.skip')}
      </a>
      <AppShell
        header={{ height: 'var(--top-height)' }}
        navbar={{ width: 'var(--rail-width)', breakpoint: 'sm', collapsed: { mobile: !menu } }}
        classNames={{ main: classes.main, navbar: classes.rail, header: classes.top }}
        transitionDuration={120}
      >
        <TopBar menu={menu} onMenu={menuControl.toggle} onSearch={paletteControl.open} />
        <Rail />
        <AppShell.Main id="content" tabIndex={0}>
          <Suspense fallback={<Skeleton h={300} m="lg" />}>
            <Outlet />
          </Suspense>
        </AppShell.Main>
      </AppShell>
      <SampleProgress />
      <Suspense>
        {palette && <CommandPalette onClose={paletteControl.close} onHelp={helpControl.open} />}
        {help && <ShortcutHelp onClose={helpControl.close} />}
      </Suspense>
    </>
  );
}
