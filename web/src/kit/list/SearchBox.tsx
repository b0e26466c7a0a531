import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './list.module.css';

interface SearchBoxProps {
  /** What is searched, in the reader's words. */
  kindName: string;
  /** The words in force. */
  words: string;
  onWords: (words: string) => void;
}

/** Searches while one types, a moment after the last letter. Words cleared elsewhere are cleared here too. */
export function SearchBox({ kindName, words, onWords }: SearchBoxProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(words);
  const asked = useRef(words);
  const ask = useDebouncedCallback((next: string) => {
    asked.current = next;
    onWords(next);
  }, 200);
  useEffect(() => {
    if (words === asked.current) return;
    asked.current = words;
    setTyped(words);
  }, [words]);
  return (
    <TextInput
      className={classes.search}
      data-page-search
      type="search"
      aria-label={t('kit.list.search', { kind: kindName })}
      placeholder={t('kit.list.search', { kind: kindName })}
      leftSection={<IconSearch size={14} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        ask(event.currentTarget.value);
      }}
    />
  );
}
