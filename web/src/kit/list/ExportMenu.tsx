import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Kind } from '@/api/model';
import { type ListQuery, listParams, paths } from '@/api/records';
import { fileAddress, useMe } from '@/app/session';

/** Exports what the filters show, all of it, streamed by the server. */
export function ExportMenu({ kind, query }: { kind: Kind; query: ListQuery }) {
  const { t } = useTranslation();
  const me = useMe();
  const href = (format: string) => {
    const params = listParams(query);
    params.set('format', format);
    return fileAddress(`${paths[kind]}/export?${params}`, me);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t('kit.list.export')}>
          <ActionIcon variant="subtle" color="gray" size="md" aria-label={t('kit.list.export')}>
            <IconDownload size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={href('csv')} download>
          {t('kit.list.export_csv')}
        </Menu.Item>
        <Menu.Item component="a" href={href('xlsx')} download>
          {t('kit.list.export_xlsx')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
