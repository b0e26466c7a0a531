import { Button, FileButton, Group, Text } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContentFile } from '@/api/generated/model';
import { api } from '@/api/http';
import { ProblemAlert } from '@/kit/ProblemAlert';

interface SectionPictureProps {
  fileId: string | null;
  onChange: (fileId: string | null) => void;
}

/** The picture of a chapter: kept as soon as it is chosen. */
export function SectionPicture({ fileId, onChange }: SectionPictureProps) {
  const { t } = useTranslation();
  const [name, setName] = useState<string | null>(null);
  const keep = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.set('file', file);
      return api.post<ContentFile>('/content-files', form);
    },
    meta: { quiet: true },
    onSuccess: (kept) => {
      setName(kept.name);
      onChange(kept.file_id);
    },
  });
  return (
    <>
      <ProblemAlert error={keep.error} />
      <Group gap="xs" mt={4}>
        <FileButton accept="image/png,image/jpeg,image/webp" onChange={(file) => file && keep.mutate(file)}>
          {(props) => (
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconPhoto size={14} />}
              loading={keep.isPending}
              {...props}
            >
              {t(fileId ? 'offer.section.other_picture' : 'offer.section.picture')}
            </Button>
          )}
        </FileButton>
        {fileId && (
          <>
            <Text size="xs" c="dimmed">
              {name ?? t('offer.section.has_picture')}
            </Text>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onChange(null)}>
              {t('offer.section.no_picture')}
            </Button>
          </>
        )}
      </Group>
    </>
  );
}
