import { Button, Group, Select, Skeleton, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Book, PriceBook, PriceBookVersion } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { notifyDone } from '@/kit/notify';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { nameOf, productsQuery } from '../offer';
import { BookHead } from './BookHead';
import { BookState } from './Books';
import { bookQuery, newItem, putOver } from './catalogue';
import { ItemFields } from './ItemFields';

export function BookPage() {
  const { id } = useParams({ from: '/app/price-books/$id' });
  const book = useQuery(bookQuery(id));
  if (book.isPending) return <Skeleton m="lg" h={300} />;
  if (book.isError) return <ProblemAlert error={book.error} retry={() => book.refetch()} />;
  return <Editor key={`${id}.${book.data.revision}`} book={book.data} />;
}

/** The draft of a price book, saved as a whole and published as the next version. */
function Editor({ book }: { book: PriceBook }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const isManager = useCan('manager');
  const products = useQuery(productsQuery);
  const [draft, setDraft] = useState<Book>(book.draft);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(book.draft);
  const path = `/price-books/${book.id}`;
  const refresh = () => client.invalidateQueries({ queryKey: ['/price-books'] });
  const put = () => putOver<PriceBook>(path, draft, book.revision);
  const save = useMutation({ mutationFn: put, meta: { quiet: true }, onSuccess: refresh });
  const publish = useMutation({
    mutationFn: async () => {
      if (isDirty) await put();
      return api.post<PriceBookVersion>(`${path}/publish`);
    },
    meta: { quiet: true },
    onSuccess: async (made) => {
      await refresh();
      notifyDone(t('offer.book.published', { number: made.version }));
    },
  });
  const free = (products.data ?? []).filter(
    (one) => one.content.parts.length === 0 && !draft.items.some((item) => item.product_id === one.id),
  );
  return (
    <Page
      wide
      back={
        <Link to="/rooms/$stage" params={{ stage: 'offer' }} search={{ tab: 'catalogue' }}>
          {t('offer.tab.catalogue')}
        </Link>
      }
      title={draft.name}
      actions={
        isManager && (
          <>
            <BookState book={book} />
            <Button
              variant="default"
              disabled={!isDirty}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              {t('kit.save')}
            </Button>
            <Button
              disabled={(!isDirty && !book.is_changed) || draft.items.length === 0}
              loading={publish.isPending}
              onClick={() => publish.mutate()}
            >
              {t('offer.book.publish')}
            </Button>
          </>
        )
      }
    >
      <ProblemAlert error={save.error ?? publish.error} />
      <BookHead book={draft} readOnly={!isManager} onChange={setDraft} />
      <Panel title={t('offer.book.prices')} lead={t('offer.book.prices_lead')}>
        <Stack gap={0}>
          {draft.items.map((item) => {
            const product = products.data?.find((one) => one.id === item.product_id);
            return (
              <ItemFields
                key={item.product_id}
                name={product ? nameOf(product, i18n.language) : '…'}
                item={item}
                currency={draft.currency}
                readOnly={!isManager}
                onChange={(next) =>
                  setDraft({
                    ...draft,
                    items: draft.items.flatMap((one) =>
                      one.product_id === item.product_id ? (next ? [next] : []) : [one],
                    ),
                  })
                }
              />
            );
          })}
        </Stack>
        {isManager && (
          <Group mt="sm">
            <Select
              w={300}
              searchable
              aria-label={t('offer.book.add_item')}
              placeholder={t('offer.book.add_item')}
              data={free.map((one) => ({
                value: one.id,
                label: `${one.content.code} · ${nameOf(one, i18n.language)}`,
              }))}
              value={null}
              onChange={(id) => id && setDraft({ ...draft, items: [...draft.items, newItem(id)] })}
            />
          </Group>
        )}
      </Panel>
    </Page>
  );
}
