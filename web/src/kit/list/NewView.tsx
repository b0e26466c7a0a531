import { ActionIcon, Button, Group, Popover, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Keeps what the list shows under a name. */
export function NewView({ onSave }: { onSave: (name: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  return (
    <Popover opened={open} onChange={setOpen} trapFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={() => setOpen(!open)}
          aria-label={t('kit.list.save_view')}
        >
          <IconPlus size={14} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setOpen(false);
            setName('');
            onSave(name);
          }}
        >
          <Group gap="xs">
            <TextInput
              required
              data-autofocus
              aria-label={t('kit.list.view_name')}
              placeholder={t('kit.list.view_name')}
              value={name}
              onChange={(e) => setName(e.currentTarget.value)}
            />
            <Button type="submit">{t('kit.save')}</Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
