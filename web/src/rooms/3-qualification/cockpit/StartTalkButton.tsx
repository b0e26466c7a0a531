import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMessages } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { StartTalk } from './StartTalk';

interface StartTalkButtonProps {
  dealId: string;
  personId?: string | null;
  taskId?: string;
}

/** The way from a task into its talk. */
export function StartTalkButton(props: StartTalkButtonProps) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [open, disclosure] = useDisclosure(false);
  if (!canWrite) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconMessages size={14} />} onClick={disclosure.open}>
        {t('discovery.start')}
      </Button>
      {open && <StartTalk {...props} onClose={disclosure.close} />}
    </>
  );
}
