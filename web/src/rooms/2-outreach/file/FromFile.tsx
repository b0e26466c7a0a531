import { FileButton, Text, UnstyledButton } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import classes from '../editor/editor.module.css';
import type { Sequence } from '../outreach';
import { FileFault } from './FileFault';

/** The server reads no longer text. */
const mostBytes = 1024 * 1024;

interface Chosen {
  name: string;
  /** Null: too large to be read. */
  text: string | null;
}

/** A sequence that was saved as a text file, read as a draft and opened; else where the text is at fault. */
export function FromFile({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const again = useRef<() => void>(null);
  const [chosen, choose] = useState<Chosen | null>(null);
  const read = useMutation({
    mutationFn: (text: string) => api.post<Sequence>('/sequences/import', { text }),
    meta: { quiet: true },
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['/sequences'] });
      await navigate({ to: '/sequences/$id', params: { id: made.id }, search: {} });
    },
  });
  const take = async (file: File | null) => {
    // The same file can be chosen again once it is mended.
    again.current?.();
    if (!file) return;
    const text = file.size > mostBytes ? null : await file.text();
    choose({ name: file.name, text });
    read.reset();
    if (text !== null) read.mutate(text);
  };
  return (
    <>
      <FileButton resetRef={again} accept=".yaml,.yml,.txt,text/yaml,text/plain" onChange={take}>
        {(props) => (
          <UnstyledButton {...props} className={classes.template} disabled={disabled || read.isPending}>
            <IconFileUpload size={20} stroke={1.5} />
            <span>
              <Text span display="block" fw={600}>
                {t('outreach.file.open')}
              </Text>
              <Text span display="block" c="dimmed">
                {t('outreach.file.open_text')}
              </Text>
            </span>
          </UnstyledButton>
        )}
      </FileButton>
      {chosen?.text === null && (
        <Text c="var(--harm)" role="alert">
          {t('outreach.file.too_large', { name: chosen.name })}
        </Text>
      )}
      {read.isError && <FileFault error={read.error} name={chosen?.name ?? ''} text={chosen?.text ?? ''} />}
    </>
  );
}
