import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';

interface Question {
  title: string;
  /** What happens, in one sentence. */
  text: string;
  /** The word on the button that does it. */
  confirm: string;
  onConfirm: () => void;
}

/** Asks before something that cannot be taken back. What can be undone is done at once instead. */
export function askFirst({ title, text, confirm, onConfirm }: Question): void {
  modals.openConfirmModal({
    title,
    children: <Text>{text}</Text>,
    labels: { confirm, cancel: i18next.t('kit.cancel') },
    confirmProps: { color: 'red' },
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    onConfirm,
  });
}
