import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PriceBook } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan, useMe } from '@/app/session';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { booksQuery, newBook } from './catalogue';

/** The price books and how they stand. */
export function Books() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const isManager = useCan('manager');
  const books = useQuery(booksQuery);
  const home = useMe()?.workspace.currency ?? 'USD';
  const begin = useMutation({
    mutationFn: () => api.post<PriceBook>('/price-books', newBook(t('offer.book.new_name'), home)),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['/price-books'] });
      await navigate({ to: '/price-books/$id', params: { id: made.id } });
    },
  });
  return (
    <Panel
      title={t('offer.catalogue.books')}
      lead={t('offer.catalogue.books_lead')}
      actions={
        isManager && (
          <Button loading={begin.isPending} onClick={() => begin.mutate()}>
            {t('offer.book.add')}
          </Button>
        )
      }
    >
      <ProblemAlert error={books.error} />
      {books.data?.length === 0 && <Text c="dimmed">{t('offer.catalogue.no_book')}</Text>}
      {books.data?.map((one) => (
        <Group key={one.id} className={classes.line} gap="sm">
          <Text fw={600}>
            <Link to="/price-books/$id" params={{ id: one.id }}>
              {one.draft.name}
            </Link>
          </Text>
          <Text c="dimmed">{one.draft.currency}</Text>
          <Text size="xs" c="dimmed">
            {t('offer.book.items', { count: one.draft.items.length })}
          </Text>
          <BookState book={one} />
        </Group>
      ))}
    </Panel>
  );
}

/** Which version holds, and whether the draft says something else. */
export function BookState({ book }: { book: PriceBook }) {
  const { t } = useTranslation();
  return (
    <>
      <Badge variant="light" color={book.published_version ? 'green' : 'gray'} tt="none">
        {book.published_version
          ? t('offer.book.published', { number: book.published_version })
          : t('offer.book.never')}
      </Badge>
      {book.is_changed && book.published_version && (
        <Badge variant="light" color="yellow" tt="none">
          {t('offer.book.changed')}
        </Badge>
      )}
    </>
  );
}
