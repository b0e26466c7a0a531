import { Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Deal } from '@/api/model';
import { askFirst } from '@/kit/askFirst';
import { Panel } from '@/kit/Page';
import { booksForDealQuery, bookVersionQuery, templatesQuery } from '../offer';
import { Notes } from './Notes';
import type { PartProps } from './parts';

/** What it is called, in which language, from which prices and chapters. */
export function Head({ content, onChange, readOnly, deal }: PartProps & { deal: Deal }) {
  const { t } = useTranslation();
  const books = useQuery(booksForDealQuery(deal.id));
  const pinned = useQuery(bookVersionQuery(content.price_book_version));
  const templates = useQuery(templatesQuery);
  const offered = [...(books.data ?? [])];
  if (pinned.data && !offered.some((one) => one.id === pinned.data.id)) offered.push(pinned.data);
  const begin = (index: string | null) => {
    const template = templates.data?.[Number(index)];
    if (!template || index === null) return;
    const take = () => {
      const { locale, note, sections, payment_terms } = template.content;
      const chapters = sections.map((one) => ({
        id: crypto.randomUUID(),
        title: one.title ?? '',
        body: one.body ?? '',
        file_id: one.file_id ?? null,
      }));
      const terms = payment_terms || content.payment_terms;
      onChange({ ...content, locale, note: note ?? '', sections: chapters, payment_terms: terms });
    };
    if (content.sections.length === 0) return take();
    askFirst({
      title: t('offer.template.replace'),
      text: t('offer.template.replace_text'),
      confirm: t('offer.template.use'),
      onConfirm: take,
    });
  };
  return (
    <Panel>
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <TextInput
            flex={1}
            miw={200}
            required
            maxLength={200}
            readOnly={readOnly}
            label={t('offer.field.title')}
            value={content.title}
            onChange={(event) => onChange({ ...content, title: event.currentTarget.value })}
          />
          <Select
            w={120}
            allowDeselect={false}
            disabled={readOnly}
            label={t('offer.field.locale')}
            data={[
              { value: 'en', label: 'English' },
              { value: 'ko', label: '한국어' },
            ]}
            value={content.locale}
            onChange={(locale) => locale && onChange({ ...content, locale })}
          />
          <Select
            w={220}
            clearable
            disabled={readOnly}
            label={t('offer.field.price_book')}
            placeholder={t('offer.field.no_price_book')}
            data={offered.map((one) => ({ value: one.id, label: `${one.content.name} (${one.version})` }))}
            value={content.price_book_version}
            onChange={(price_book_version) => onChange({ ...content, price_book_version })}
          />
          {!readOnly && (
            <Select
              w={200}
              label={t('offer.template.label')}
              placeholder={t('offer.template.choose')}
              data={(templates.data ?? []).map((one, n) => ({ value: String(n), label: one.content.name }))}
              value={null}
              onChange={begin}
            />
          )}
        </Group>
        <Textarea
          autosize
          minRows={2}
          readOnly={readOnly}
          label={t('offer.field.note')}
          description={t('offer.field.note_hint', { field: '{{ person.given_name }}' })}
          value={content.note}
          onChange={(event) => onChange({ ...content, note: event.currentTarget.value })}
        />
        <Notes content={content} onChange={onChange} readOnly={readOnly} />
      </Stack>
    </Panel>
  );
}
