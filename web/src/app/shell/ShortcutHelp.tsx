import { Group, Kbd, Modal, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Shell.module.css';

const groups = [
  {
    key: 'anywhere',
    rows: [
      ['palette', 'Ctrl/⌘ K'],
      ['search', '/'],
      ['go', 'g + t / c / d / p / o / i'],
      ['help', '?'],
      ['back', 'Esc'],
    ],
  },
  {
    key: 'list',
    rows: [
      ['next', 'j'],
      ['previous', 'k'],
      ['open', 'Enter'],
      ['select', 'x'],
      ['new', 'n'],
      ['done', 'e'],
      ['reply', 'r'],
      ['call', 'c'],
    ],
  },
  {
    key: 'inbox',
    rows: [
      ['next', 'j'],
      ['previous', 'k'],
      ['open', 'Enter'],
      ['answer_mail', 'r'],
      ['send', 'Ctrl Enter'],
      ['send_done', 'Ctrl Shift Enter'],
      ['done', 'e'],
      ['snooze', 's'],
      ['assign', 'a'],
      ['person', 'o'],
      ['undo_last', 'u'],
    ],
  },
  {
    key: 'calls',
    rows: [
      ['next', 'j'],
      ['previous', 'k'],
      ['dial', 'c'],
      ['notes', 'n'],
      ['became', '1–9, 0'],
      ['undo_last', 'u'],
    ],
  },
  {
    key: 'duplicates',
    rows: [
      ['next', 'j'],
      ['previous', 'k'],
      ['merge', 'm'],
      ['apart', 'n'],
      ['swap', 's'],
      ['undo', 'u'],
    ],
  },
  {
    key: 'research',
    rows: [
      ['next', 'j ↓'],
      ['previous', 'k ↑'],
      ['answer', 'Enter'],
      ['number', '1–9'],
      ['undo_answer', 'u'],
      ['people', 'p'],
      ['done', 'd'],
      ['skip', 's'],
      ['later', 'l'],
      ['unfit', 'x'],
    ],
  },
  {
    key: 'replies',
    rows: [['meaning', '1–9, 0, -']],
  },
  {
    key: 'board',
    rows: [
      ['lift', 'Space'],
      ['move', '← →'],
      ['drop', 'Space'],
    ],
  },
] as const;

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('app.shortcut.title')}
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      <Stack gap="md">
        {groups.map((group) => (
          <Stack key={group.key} gap={4}>
            <Title order={3}>{t(`app.shortcut.${group.key}`)}</Title>
            {group.rows.map(([key, keys]) => (
              <Group key={key} justify="space-between" wrap="nowrap">
                <Text>{t(`app.shortcut.${key}`)}</Text>
                <Kbd className={classes.keys}>{keys}</Kbd>
              </Group>
            ))}
          </Stack>
        ))}
      </Stack>
    </Modal>
  );
}
