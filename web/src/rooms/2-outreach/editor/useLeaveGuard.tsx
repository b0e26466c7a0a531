import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useBlocker } from '@tanstack/react-router';
import i18next from 'i18next';

function ask(): Promise<boolean> {
  const t = i18next.t;
  return new Promise((answer) => {
    modals.openConfirmModal({
      title: t('outreach.leave.title'),
      children: <Text>{t('outreach.leave.text')}</Text>,
      labels: { confirm: t('outreach.leave.confirm'), cancel: t('kit.cancel') },
      confirmProps: { color: 'red' },
      closeButtonProps: { 'aria-label': t('kit.close') },
      onConfirm: () => answer(true),
      onClose: () => answer(false),
    });
  });
}

/** Asks before the page is left, or the tab is closed, over what is not saved. */
export function useLeaveGuard(unsaved: boolean): void {
  useBlocker({
    disabled: !unsaved,
    enableBeforeUnload: unsaved,
    shouldBlockFn: async ({ current, next }) => current.pathname !== next.pathname && !(await ask()),
  });
}
