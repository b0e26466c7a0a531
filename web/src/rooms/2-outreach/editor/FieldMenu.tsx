import { Button, Menu } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { mergeFields } from '../outreach';

/** Merge fields to put into a text. */
export function FieldMenu({ onInsert }: { onInsert: (field: string) => void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="compact-xs" variant="subtle" leftSection={<IconBraces size={13} />}>
          {t('outreach.sequence.insert')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {mergeFields.map((field) => (
          <Menu.Item key={field} onClick={() => onInsert(field)}>
            {field}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
