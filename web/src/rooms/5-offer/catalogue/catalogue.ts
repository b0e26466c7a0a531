import { queryOptions } from '@tanstack/react-query';
import type {
  ApprovalRules,
  Book,
  BookItem,
  Delegate,
  DiscountEffect,
  OfferTemplate,
  PriceBook,
  ProductContent,
  TermReport,
} from '@/api/generated/model';
import { api, http } from '@/api/http';

export const booksQuery = queryOptions({
  queryKey: ['/price-books'],
  queryFn: () => api.get<PriceBook[]>('/price-books'),
});

export const bookQuery = (id: string) =>
  queryOptions({ queryKey: ['/price-books', id], queryFn: () => api.get<PriceBook>(`/price-books/${id}`) });

export const rulesQuery = queryOptions({
  queryKey: ['/offer-rules'],
  queryFn: () => api.get<ApprovalRules>('/offer-rules'),
});

export const delegateQuery = queryOptions({
  queryKey: ['/offer-rules', 'delegate'],
  queryFn: () => api.get<Delegate | null>('/me/offer-delegate'),
});

export const discountsQuery = queryOptions({
  queryKey: ['/deals', 'offer-report', 'discounts'],
  queryFn: () => api.get<DiscountEffect>('/offer-reports/discounts'),
});

export const termsQuery = queryOptions({
  queryKey: ['/deals', 'offer-report', 'terms'],
  queryFn: () => api.get<TermReport>('/offer-reports/terms'),
});

export const ownTemplates = (all: readonly OfferTemplate[]) => all.filter((one) => one.id);

/** A change over what was read; refused when somebody else was faster. */
export const putOver = <T>(path: string, body: unknown, revision: number) =>
  http<T>(api.url(path), {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', 'If-Match': `"${revision}"` },
  });

/** A price book to begin with: all the usual terms, nothing priced yet. */
export const newBook = (name: string, currency: string): Book => ({
  name,
  currency,
  inclusive: false,
  segment: { countries: [], industries: [], min_employees: null, max_employees: null },
  valid_from: null,
  valid_until: null,
  terms: [
    { term: 'month_to_month', change_bp: 0 },
    { term: '12_months', change_bp: 0 },
    { term: '24_months', change_bp: 0 },
  ],
  items: [],
});

export const newItem = (product_id: string): BookItem => ({
  product_id,
  period: 'one_off',
  minor: 0,
  mode: 'volume',
  tiers: [],
  floor_minor: null,
  rises: [],
});

export const emptyProduct: ProductContent = {
  code: '',
  name: { en: '', ko: '' },
  text: { en: '', ko: '' },
  unit: '',
  tax: { kind: 'rate', bp: 1000, text: '' },
  parts: [],
};
