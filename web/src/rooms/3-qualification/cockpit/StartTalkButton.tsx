import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFileDescription, IconMessages } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { BriefPane } from './BriefPane';
import { StartTalk } from './StartTalk';

interface StartTalkButtonProps {
  dealId: string;
  personId?: string | null;
  taskId?: string;
}

/** The way from a task into its brief and its talk. */
export function StartTalkButton(props: StartTalkButtonProps) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [starting, start] = useDisclosure(false);
  const [reading, read] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconFileDescription size={14} />} onClick={read.open}>
        {t('discovery.pane.brief')}
      </Button>
      {canWrite && (
        <Button variant="default" leftSection={<IconMessages size={14} />} onClick={start.open}>
          {t('discovery.start')}
        </Button>
      )}
      <Modal
        opened={reading}
        onClose={read.close}
        size="lg"
        title={t('discovery.pane.brief')}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        <BriefPane dealId={props.dealId} />
      </Modal>
      {starting && <StartTalk {...props} onClose={start.close} />}
    </>
  );
}
