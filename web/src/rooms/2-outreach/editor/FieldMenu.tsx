import { Button, Menu, Text } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { mergeFields } from '../outreach';
import { snippetsQuery } from '../snippets';
import classes from './editor.module.css';

interface FieldMenuProps {
  /** Without snippets: a snippet inserts no other. */
  plain?: boolean;
  onInsert: (field: string) => void;
}

/** Merge fields, snippets and stories to put into a text. */
export function FieldMenu({ plain, onInsert }: FieldMenuProps) {
  const { t } = useTranslation();
  const snippets = useQuery({ ...snippetsQuery, enabled: !plain }).data ?? [];
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="compact-xs" variant="subtle" leftSection={<IconBraces size={13} />}>
          {t('outreach.sequence.insert')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        {mergeFields.map((field) => (
          <Menu.Item key={field} onClick={() => onInsert(field)}>
            {field}
          </Menu.Item>
        ))}
        {!plain && (
          <>
            <Menu.Divider />
            <Menu.Label>{t('outreach.tab.snippets')}</Menu.Label>
            <Menu.Item onClick={() => onInsert('story')}>
              {t('outreach.snippet.best')}
              <Text size="xs" c="dimmed" maw={280}>
                {t('outreach.snippet.best_hint')}
              </Text>
            </Menu.Item>
            {snippets.map((snippet) => (
              <Menu.Item key={snippet.id} onClick={() => onInsert(`snippet.${snippet.key}`)}>
                {snippet.name}
                {snippet.pains.length > 0 && (
                  <Text size="xs" c="dimmed" maw={280} truncate>
                    {snippet.pains.join(', ')}
                  </Text>
                )}
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
