import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { fileAddress, useMe } from '@/app/session';

/** The sequence as a text file, to keep or to hand to somebody else. */
export function ToFile({ id }: { id: string }) {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Button
      component="a"
      variant="subtle"
      color="gray"
      leftSection={<IconDownload size={14} />}
      href={fileAddress(`/sequences/${id}/export`, me)}
      download
    >
      {t('outreach.file.save')}
    </Button>
  );
}
