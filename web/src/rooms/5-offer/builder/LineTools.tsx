import { ActionIcon, Group } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconChevronDown, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Line, moved, type Pack } from '../offer';

interface LineToolsProps {
  pack: Pack;
  place: number;
  line: Line;
  readOnly: boolean;
  isOpen: boolean;
  onOpen: () => void;
  onChange: (pack: Pack) => void;
}

/** Up, down, away, and what else it says. */
export function LineTools({ pack, place, line, readOnly, isOpen, onOpen, onChange }: LineToolsProps) {
  const { t } = useTranslation();
  return (
    <Group gap={2} ml="auto">
      {!readOnly && (
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('offer.up', { what: line.text })}
            disabled={place === 0}
            onClick={() => onChange({ ...pack, lines: moved(pack.lines, place, -1) })}
          >
            <IconArrowUp size={14} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('offer.down', { what: line.text })}
            disabled={place === pack.lines.length - 1}
            onClick={() => onChange({ ...pack, lines: moved(pack.lines, place, 1) })}
          >
            <IconArrowDown size={14} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('offer.line.remove', { what: line.text })}
            onClick={() => onChange({ ...pack, lines: pack.lines.filter((one) => one.id !== line.id) })}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-expanded={isOpen}
        aria-label={t('offer.line.more', { what: line.text })}
        onClick={onOpen}
      >
        <IconChevronDown size={14} />
      </ActionIcon>
    </Group>
  );
}
