import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Sequence } from '../outreach';
import type { Editing } from './useDraft';
import type { useSaving } from './useSaving';

interface EditorBarProps {
  sequence: Sequence;
  editing: Editing;
  saving: ReturnType<typeof useSaving>;
  /** Something that cannot be saved. */
  faulty: boolean;
}

/** Back and again, discard, save, activate. */
export function EditorBar({ sequence, editing, saving, faulty }: EditorBarProps) {
  const { t } = useTranslation();
  const { undo, redo, unsaved, reset } = editing;
  const { save, activate } = saving;
  const steps = [
    { label: t('kit.undo'), keys: 'Ctrl+Z', go: undo, Icon: IconArrowBackUp },
    { label: t('outreach.sequence.redo'), keys: 'Ctrl+Shift+Z', go: redo, Icon: IconArrowForwardUp },
  ];
  return (
    <>
      {steps.map(({ label, keys, go, Icon }) => (
        <Tooltip key={keys} label={`${label} (${keys})`}>
          <ActionIcon
            size={36}
            variant="default"
            aria-label={label}
            aria-keyshortcuts={keys.replace('Ctrl', 'Control')}
            disabled={!go}
            onClick={go}
          >
            <Icon size={17} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      ))}
      {unsaved && (
        <Button variant="subtle" color="gray" onClick={() => reset(sequence)}>
          {t('outreach.sequence.discard')}
        </Button>
      )}
      <Button variant="default" disabled={faulty} loading={save.isPending} onClick={() => save.mutate()}>
        {t('kit.save')}
      </Button>
      {sequence.state !== 'active' && (
        <Button disabled={faulty} loading={activate.isPending} onClick={() => activate.mutate()}>
          {t('outreach.sequence.activate')}
        </Button>
      )}
    </>
  );
}
