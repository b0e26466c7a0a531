import { Badge, Button, Combobox, Group, Kbd, Text, useCombobox } from '@mantine/core';
import { IconTextPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReadySnippet } from '@/api/generated/model';
import { api } from '@/api/http';
import classes from './inbox.module.css';

interface InsertSnippetProps {
  personId: string;
  /** Opens it from outside, by a key. */
  opener: RefObject<(() => void) | null>;
  onChosen: (text: string) => void;
  /** It closed: the text has the keys again. */
  onClosed: () => void;
}

/** Puts a snippet or a story into an answer, filled in for the person; stories that do not fit stand last and say so. */
export function InsertSnippet({ personId, opener, onChosen, onClosed }: InsertSnippetProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: ['/snippets', 'ready', personId],
    queryFn: ({ signal }) => api.get<ReadySnippet[]>(`/people/${personId}/snippets`, signal),
    enabled: open,
  });
  const combobox = useCombobox({
    onDropdownOpen: () => {
      setOpen(true);
      setTimeout(() => combobox.focusSearchInput());
    },
    onDropdownClose: () => {
      setWords('');
      combobox.resetSelectedOption();
      onClosed();
    },
  });
  opener.current = () => combobox.openDropdown();
  const asked = words.trim().toLowerCase();
  const found = (data ?? []).filter((one) => `${one.name} ${one.text}`.toLowerCase().includes(asked));
  return (
    <Combobox
      store={combobox}
      width={360}
      position="top-start"
      onOptionSubmit={(key) => {
        const chosen = found.find((one) => one.key === key);
        combobox.closeDropdown();
        if (chosen) onChosen(chosen.text);
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <Button
          variant="subtle"
          leftSection={<IconTextPlus size={14} />}
          rightSection={
            <Kbd size="xs" className={classes.key}>
              ;
            </Kbd>
          }
          onClick={() => combobox.toggleDropdown()}
        >
          {t('inbox.reply.insert')}
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={words}
          aria-label={t('inbox.reply.insert_search')}
          placeholder={t('inbox.reply.insert_search')}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            combobox.selectFirstOption();
          }}
        />
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }}>
          {found.map((one) => (
            <Combobox.Option value={one.key} key={one.key}>
              <Group gap={6} wrap="nowrap">
                <Text size="sm" fw={550} truncate>
                  {one.name}
                </Text>
                {!one.fits && (
                  <Badge size="xs" variant="light" color="yellow" style={{ flexShrink: 0 }}>
                    {t('inbox.reply.insert_unfit')}
                  </Badge>
                )}
              </Group>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {one.text}
              </Text>
            </Combobox.Option>
          ))}
          {data && found.length === 0 && <Combobox.Empty>{t('inbox.reply.insert_none')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
