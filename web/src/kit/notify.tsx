import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { problemText } from './problems';

export function notifyProblem(error: unknown): void {
  notifyRefused(problemText(i18next.t, error));
}

/** Tells in the page's own words what did not work. */
export function notifyRefused(message: ReactNode): void {
  const t = i18next.t;
  notifications.show({
    title: t('error.title'),
    message,
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

/** Tells what was done and offers to take it back for twelve seconds. Answers a way to take the offer away. */
export function notifyUndo(message: string, undo: () => Promise<unknown>): () => void {
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
  return () => notifications.hide(id);
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
