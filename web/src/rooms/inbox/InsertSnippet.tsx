import { Badge, Button, Combobox, Group, Kbd, Text, useCombobox } from '@mantine/core';
import { IconTextPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Content, ReadySnippet } from '@/api/generated/model';
import { api } from '@/api/http';
import classes from './inbox.module.css';

/** Answers that are shown. */
const shown = 20;

interface InsertSnippetProps {
  personId: string;
  /** Opens it from outside, by a key. */
  opener: RefObject<(() => void) | null>;
  onChosen: (text: string) => void;
  /** It closed: the text has the keys again. */
  onClosed: () => void;
}

/**
 * Puts a snippet, a story or an answer of the library into a reply, filled in for the person; stories that do not fit
 * stand last and say so.
 */
export function InsertSnippet({ personId, opener, onChosen, onClosed }: InsertSnippetProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: ['/snippets', 'ready', personId],
    queryFn: ({ signal }) => api.get<ReadySnippet[]>(`/people/${personId}/snippets`, signal),
    enabled: open,
  });
  const asked = words.trim().toLowerCase();
  const answers = useQuery({
    queryKey: ['/content', 'answers', asked],
    queryFn: ({ signal }) =>
      api.get<Content[]>(`/content?form=answer&q=${encodeURIComponent(asked.slice(0, 200))}`, signal),
    enabled: open,
    placeholderData: (before) => before,
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
  const found = (data ?? []).filter((one) => `${one.name} ${one.text}`.toLowerCase().includes(asked));
  const answered = (answers.data ?? []).slice(0, shown);
  return (
    <Combobox
      store={combobox}
      width={360}
      position="top-start"
      onOptionSubmit={(key) => {
        const text =
          found.find((one) => one.key === key)?.text ?? answered.find((one) => one.id === key)?.body;
        combobox.closeDropdown();
        if (text) onChosen(text);
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
          {answered.map((one) => (
            <Combobox.Option value={one.id} key={one.id}>
              <Group gap={6} wrap="nowrap">
                <Text size="sm" fw={550} truncate>
                  {one.title}
                </Text>
                <Badge size="xs" variant="light" style={{ flexShrink: 0 }}>
                  {t('nurturing.form.answer')}
                </Badge>
              </Group>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {one.body}
              </Text>
            </Combobox.Option>
          ))}
          {data && answers.data && found.length + answered.length === 0 && (
            <Combobox.Empty>{t('inbox.reply.insert_none')}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
