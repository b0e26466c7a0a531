import { Button, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferTemplate, TemplateContent } from '@/api/generated/model';
import { api } from '@/api/http';
import { ProblemAlert } from '@/kit/ProblemAlert';

/** A template while it is written. What ships is copied, never changed. */
export function TemplateForm({ template, onDone }: { template: OfferTemplate; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [content, setContent] = useState<TemplateContent>(template.content);
  const after = async () => {
    await client.invalidateQueries({ queryKey: ['/offer-templates'] });
    onDone();
  };
  const save = useMutation({
    mutationFn: () =>
      template.id
        ? api.put(`/offer-templates/${template.id}`, content)
        : api.post('/offer-templates', content),
    meta: { quiet: true },
    onSuccess: after,
  });
  const remove = useMutation({
    mutationFn: () => api.delete(`/offer-templates/${template.id}`),
    onSuccess: after,
  });
  const { sections } = content;
  const set = (place: number, changes: { title?: string; body?: string }) =>
    setContent({
      ...content,
      sections: sections.map((one, n) => (n === place ? { ...one, ...changes } : one)),
    });
  return (
    <Stack gap="sm">
      <ProblemAlert error={save.error} />
      <Group grow>
        <TextInput
          required
          maxLength={200}
          label={t('offer.template.name')}
          value={content.name}
          onChange={(event) => setContent({ ...content, name: event.currentTarget.value })}
        />
        <Select
          allowDeselect={false}
          label={t('offer.field.locale')}
          data={[
            { value: 'en', label: 'English' },
            { value: 'ko', label: '한국어' },
          ]}
          value={content.locale}
          onChange={(locale) => locale && setContent({ ...content, locale })}
        />
      </Group>
      <Textarea
        autosize
        minRows={2}
        label={t('offer.field.note')}
        value={content.note ?? ''}
        onChange={(event) => setContent({ ...content, note: event.currentTarget.value })}
      />
      {sections.map((one, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: chapters of a template are known by their place
        <Stack key={n} gap={4}>
          <TextInput
            maxLength={200}
            label={t('offer.section.heading')}
            value={one.title ?? ''}
            onChange={(event) => set(n, { title: event.currentTarget.value })}
          />
          <Textarea
            autosize
            minRows={2}
            aria-label={t('offer.section.body', { what: one.title ?? '' })}
            value={one.body ?? ''}
            onChange={(event) => set(n, { body: event.currentTarget.value })}
          />
        </Stack>
      ))}
      <Group justify="space-between">
        <Button
          variant="light"
          onClick={() => setContent({ ...content, sections: [...sections, { title: '', body: '' }] })}
        >
          {t('offer.section.add')}
        </Button>
        <Group gap="xs">
          {template.id && (
            <Button variant="subtle" color="gray" onClick={() => remove.mutate()}>
              {t('kit.delete')}
            </Button>
          )}
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t('kit.save')}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}
