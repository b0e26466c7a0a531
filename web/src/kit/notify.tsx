import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next, { type TFunction } from 'i18next';
import { Problem } from '@/api/http';
import { textOr } from '@/i18n/texts';

/** What went wrong in the reader's language; the server's own sentence when it says more than the code. */
export function problemText(t: TFunction, error: unknown): string {
  if (!(error instanceof Problem)) return t('error.code.unexpected');
  const known = textOr(t, `error.code.${error.code}`, error.detail || t('error.code.unexpected'));
  if (error.code === 'validation' && error.errors.length > 0) {
    return error.errors.map((one) => (one.message ? one.message : `${one.field}: ${one.code}`)).join(' ');
  }
  return known;
}

export function notifyProblem(error: unknown): void {
  const t = i18next.t;
  notifications.show({
    title: t('error.title'),
    message: problemText(t, error),
    color: 'red',
    autoClose: 8000,
    closeButtonProps: { 'aria-label': t('kit.close') },
  });
}

export function notifyDone(message: string): void {
  notifications.show({
    message,
    autoClose: 3000,
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
  });
}

const undoMilliseconds = 12_000;

/** Tells what was done and offers to take it back for twelve seconds. */
export function notifyUndo(message: string, undo: () => Promise<unknown>): void {
  const t = i18next.t;
  const id = notifications.show({
    autoClose: undoMilliseconds,
    closeButtonProps: { 'aria-label': t('kit.close') },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button size="compact-sm" variant="light" onClick={() => takeBack()}>
          {t('kit.undo')}
        </Button>
      </Group>
    ),
  });
  async function takeBack() {
    notifications.hide(id);
    try {
      await undo();
      notifyDone(t('kit.undone'));
    } catch (error) {
      notifyProblem(error);
    }
  }
}
