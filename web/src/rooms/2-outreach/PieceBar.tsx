import { Button, Group, Menu, Text } from '@mantine/core';
import { IconChevronDown, IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Piece } from '@/api/generated/model';
import { isPrintable, mostAtOnce, pieceStates } from './pieces';
import { useMovePieces, usePrintPieces } from './usePieces';

/** What can be done with the pieces that are ticked. */
export function PieceBar({ pieces, onDone }: { pieces: readonly Piece[]; onDone: () => void }) {
  const { t } = useTranslation();
  const move = useMovePieces();
  const print = usePrintPieces();
  const printable = pieces.filter(isPrintable);
  const many = pieces.length > mostAtOnce;
  return (
    <Group gap="xs" role="toolbar" aria-label={t('kit.list.selected', { count: pieces.length })}>
      <Text fw={600} aria-live="polite">
        {t('kit.list.selected', { count: pieces.length })}
      </Text>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPrinter size={14} />}
        disabled={many || printable.length === 0}
        loading={print.isPending}
        onClick={() => print.mutate(printable.map((one) => one.id))}
      >
        {t('outreach.piece.print')}
      </Button>
      <Menu>
        <Menu.Target>
          <Button
            size="compact-sm"
            variant="default"
            rightSection={<IconChevronDown size={14} />}
            disabled={many}
            loading={move.isPending}
          >
            {t('outreach.piece.mark')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {pieceStates.map((state) => (
            <Menu.Item key={state} onClick={() => move.mutate({ pieces, state }, { onSuccess: onDone })}>
              {t(`outreach.piece.state.${state}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {many && <Text c="dimmed">{t('outreach.piece.at_once', { count: mostAtOnce })}</Text>}
    </Group>
  );
}
