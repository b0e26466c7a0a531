/** What an offer says, as the builder holds it, and what is asked of the server about it. */
import { queryOptions } from '@tanstack/react-query';
import type {
  Book,
  DiscountGuard,
  Offer as FromServer,
  OfferContent,
  OfferLine,
  OfferTemplate,
  Package,
  PriceBookVersion,
  Product,
  Review,
  Tax,
  VersionChange,
} from '@/api/generated/model';
import { api, http } from '@/api/http';

export type Line = Required<OfferLine>;
export type Pack = Required<Omit<Package, 'lines'>> & { lines: Line[] };
export type Content = Required<Omit<OfferContent, 'packages'>> & { packages: Pack[] };
/** Answers name every part of a content. */
export type Offer = Omit<FromServer, 'content'> & { content: Content };

export const periods = ['one_off', 'monthly', 'yearly'] as const;
export const taxKinds = ['rate', 'zero_rated', 'exempt', 'reverse_charge'] as const;
export const terms = [
  'month_to_month',
  '3_months',
  '6_months',
  '12_months',
  '24_months',
  '36_months',
] as const;
export const mostPackages = 3;

export const offersQuery = (deal: string) =>
  queryOptions({
    queryKey: ['/deals', 'offers', deal],
    queryFn: () => api.get<Offer[]>(`/deals/${deal}/offers`),
  });

const about = (what: string, deal: string, id: string) => ['/deals', 'offer', what, deal, id] as const;

export const offerQuery = (deal: string, id: string) =>
  queryOptions({
    queryKey: about('one', deal, id),
    queryFn: () => api.get<Offer>(`/deals/${deal}/offers/${id}`),
  });

export const reviewQuery = (offer: Offer) =>
  queryOptions({
    queryKey: [...about('review', offer.deal_id, offer.id), offer.revision],
    queryFn: () => api.get<Review>(`/deals/${offer.deal_id}/offers/${offer.id}/review`),
  });

export const guardQuery = (offer: Offer) =>
  queryOptions({
    queryKey: [...about('guard', offer.deal_id, offer.id), offer.revision],
    queryFn: () => api.get<DiscountGuard>(`/deals/${offer.deal_id}/offers/${offer.id}/discount`),
    enabled: offer.discount_bp > 0,
  });

export const differencesQuery = (offer: Offer) =>
  queryOptions({
    queryKey: [...about('changes', offer.deal_id, offer.id), offer.revision],
    queryFn: () => api.get<VersionChange[]>(`/deals/${offer.deal_id}/offers/${offer.id}/changes`),
    enabled: offer.version > 1,
  });

export const booksForDealQuery = (deal: string) =>
  queryOptions({
    queryKey: ['/price-books', 'deal', deal],
    queryFn: () => api.get<PriceBookVersion[]>(`/deals/${deal}/price-books`),
  });

export const bookVersionQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['/price-books', 'version', id],
    queryFn: () => api.get<PriceBookVersion>(`/price-book-versions/${id}`),
    enabled: id !== null,
  });

export const productsQuery = queryOptions({
  queryKey: ['/products'],
  queryFn: () => api.get<Product[]>('/products'),
});

export const templatesQuery = queryOptions({
  queryKey: ['/offer-templates'],
  queryFn: () => api.get<OfferTemplate[]>('/offer-templates'),
});

export const putOffer = (offer: Pick<Offer, 'deal_id' | 'id'>, content: Content, revision: number) =>
  http<Offer>(api.url(`/deals/${offer.deal_id}/offers/${offer.id}`), {
    method: 'PUT',
    body: JSON.stringify(content),
    headers: { 'Content-Type': 'application/json', 'If-Match': `"${revision}"` },
  });

const noTax: Required<Tax> = { kind: 'exempt', bp: 0, text: '' };

export function newLine(given: Partial<Line> = {}): Line {
  return {
    id: crypto.randomUUID(),
    product_id: null,
    code: '',
    text: '',
    detail: '',
    unit: '',
    quantity: '1',
    unit_minor: 0,
    steps: [],
    list_minor: null,
    floor_minor: null,
    discount_bp: 0,
    period: 'one_off',
    tax: noTax,
    mandatory: true,
    alternative_to: null,
    answers: [],
    rise: null,
    ...given,
  };
}

export function newPack(name: string, lines: Line[] = []): Pack {
  return { id: crypto.randomUUID(), name, text: '', recommended: false, discount: { kind: 'none' }, lines };
}

/** The same package again: its parts get ids of their own, and alternatives follow. */
export function copyOf(pack: Pack, name: string): Pack {
  const ids = new Map(pack.lines.map((line) => [line.id, crypto.randomUUID()]));
  const other = (id: string | null) => (id === null ? null : (ids.get(id) ?? null));
  const lines = pack.lines.map((line) => ({
    ...line,
    id: ids.get(line.id) ?? crypto.randomUUID(),
    alternative_to: other(line.alternative_to),
  }));
  return { ...newPack(name, lines), text: pack.text, discount: pack.discount };
}

/** Lines of a product; a bundle brings its parts. The server writes the prices of the book. */
export function linesOf(
  product: Product,
  products: readonly Product[],
  book: Book | undefined,
  locale: string,
): Line[] {
  const parts = product.content.parts ?? [];
  if (parts.length > 0) {
    return parts.flatMap((part) => {
      const found = products.find((one) => one.id === part.product_id);
      return found
        ? linesOf(found, [], book, locale).map((line) => ({ ...line, quantity: part.quantity ?? '1' }))
        : [];
    });
  }
  const { code, unit, tax } = product.content;
  const item = book?.items.find((one) => one.product_id === product.id);
  return [
    newLine({
      product_id: product.id,
      code: code ?? '',
      text: nameOf(product, locale),
      detail: textIn(product.content.text, locale),
      unit: unit ?? '',
      tax: { ...noTax, ...tax },
      period: item?.period ?? 'one_off',
      unit_minor: item?.minor ?? 0,
      list_minor: item?.minor ?? null,
    }),
  ];
}

function textIn(text: { en?: string; ko?: string } | undefined, locale: string): string {
  const [first, second] = locale === 'ko' ? [text?.ko, text?.en] : [text?.en, text?.ko];
  return first || second || '';
}

export const nameOf = (product: Product, locale: string) => textIn(product.content.name, locale);

/** The list with one of its items a place up or down. */
export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const to = from + by;
  const next = [...list];
  const [one] = next.splice(from, 1);
  if (one === undefined || to < 0 || to > next.length) return [...list];
  next.splice(to, 0, one);
  return next;
}

/** Everything that needs a text has one; the server keeps nothing else. */
export const isComplete = (content: Content) =>
  [
    content.title,
    ...content.packages.flatMap((pack) => pack.lines.map((line) => line.text)),
    ...content.results.map((one) => one.what ?? ''),
  ].every((text) => text.trim() !== '');

/** Where it may be changed: what was sent never is. */
export const isEditable = (offer: Offer) => ['draft', 'in_review', 'approved'].includes(offer.state);

/** Basis points typed as per cent, and back. */
export const percentOf = (bp: number) => bp / 100;
export const bpOf = (percent: string | number) =>
  Math.min(10_000, Math.max(0, Math.round(Number(percent) * 100)));
