import { Anchor, FileInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ContentFile } from '@/api/generated/model';
import { api } from '@/api/http';
import { fieldProblems } from '@/kit/problems';

interface ContentFileInputProps {
  /** The link of the file that is kept already. */
  shown: string;
  error?: string | undefined;
  onKept: (kept: ContentFile) => void;
}

/** A file that is kept as soon as it is chosen. */
export function ContentFileInput({ shown, error, onKept }: ContentFileInputProps) {
  const { t } = useTranslation();
  const keep = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.set('file', file);
      return api.post<ContentFile>('/content-files', form);
    },
    meta: { quiet: true },
    onSuccess: onKept,
  });
  const refused = keep.error && (fieldProblems(t, keep.error)[0]?.message ?? keep.error.message);
  return (
    <FileInput
      required={shown === ''}
      label={t('nurturing.content.file')}
      description={
        shown ? (
          <Anchor href={shown} target="_blank" rel="noreferrer" size="xs">
            {t('nurturing.content.file_open')}
          </Anchor>
        ) : (
          t('nurturing.content.file_hint')
        )
      }
      placeholder={t(shown ? 'nurturing.content.file_another' : 'nurturing.content.file_choose')}
      disabled={keep.isPending}
      error={refused || error}
      onChange={(file) => file && keep.mutate(file)}
    />
  );
}
