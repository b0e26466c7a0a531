import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterContextProvider, RouterProvider } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { queryClient } from './client';
import { router } from './router';
import { theme } from './theme';

export function Providers() {
  const { t } = useTranslation();
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        {/* Dialogs lie beside the pages and may link to them. */}
        <RouterContextProvider router={router}>
          <ModalsProvider labels={{ confirm: t('kit.done'), cancel: t('kit.cancel') }}>
            <Notifications position="bottom-center" limit={3} />
            <RouterProvider router={router} />
          </ModalsProvider>
        </RouterContextProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
