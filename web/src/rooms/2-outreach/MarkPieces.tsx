import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Piece } from '@/api/generated/model';
import { pieceStates } from './pieces';
import { useMovePieces } from './usePieces';

interface MarkPiecesProps {
  pieces: readonly Piece[];
  disabled?: boolean;
  onDone?: () => void;
}

/** Says where pieces are. */
export function MarkPieces({ pieces, disabled, onDone }: MarkPiecesProps) {
  const { t } = useTranslation();
  const move = useMovePieces();
  return (
    <Menu>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          rightSection={<IconChevronDown size={14} />}
          disabled={disabled}
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
  );
}
