import { Button, Group, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Product } from '@/api/generated/model';
import { api } from '@/api/http';
import { MoneyInput } from '@/kit/fields/MoneyInput';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { bpOf, percentOf, productsQuery, taxKinds } from '../offer';
import { emptyProduct, putOver } from './catalogue';
import { Parts } from './Parts';

/** A product, or a bundle of products, in both languages. */
export function ProductForm({ product, onDone }: { product: Product | null; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const products = useQuery(productsQuery);
  const [content, setContent] = useState(product?.content ?? emptyProduct);
  const [cost, setCost] = useState(product?.cost ?? null);
  const after = async () => {
    await client.invalidateQueries({ queryKey: ['/products'] });
    onDone();
  };
  const save = useMutation({
    mutationFn: () =>
      product
        ? putOver(`/products/${product.id}`, { content, cost }, product.revision)
        : api.post('/products', { content, cost }),
    meta: { quiet: true },
    onSuccess: after,
  });
  const archive = useMutation({ mutationFn: () => api.delete(`/products/${product?.id}`), onSuccess: after });
  const pair = (field: 'name' | 'text', language: 'en' | 'ko', value: string) =>
    setContent({ ...content, [field]: { ...content[field], [language]: value } });
  const tax = content.tax ?? {};
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="sm">
        <ProblemAlert error={save.error} />
        <Group grow>
          <TextInput
            required
            maxLength={100}
            label={t('offer.product.code')}
            value={content.code ?? ''}
            onChange={(event) => setContent({ ...content, code: event.currentTarget.value })}
          />
          <TextInput
            maxLength={100}
            label={t('offer.line.unit')}
            value={content.unit ?? ''}
            onChange={(event) => setContent({ ...content, unit: event.currentTarget.value })}
          />
        </Group>
        {(['en', 'ko'] as const).map((language) => (
          <Group key={language} grow align="flex-start">
            <TextInput
              maxLength={200}
              label={t(`offer.product.name_${language}`)}
              value={content.name?.[language] ?? ''}
              onChange={(event) => pair('name', language, event.currentTarget.value)}
            />
            <Textarea
              autosize
              minRows={1}
              maxLength={2000}
              label={t(`offer.product.text_${language}`)}
              value={content.text?.[language] ?? ''}
              onChange={(event) => pair('text', language, event.currentTarget.value)}
            />
          </Group>
        ))}
        <Group grow align="flex-end">
          <Select
            allowDeselect={false}
            label={t('offer.line.tax')}
            data={taxKinds.map((one) => ({ value: one, label: t(`offer.tax.${one}`) }))}
            value={tax.kind ?? 'exempt'}
            onChange={(kind) =>
              kind && setContent({ ...content, tax: { ...tax, kind: kind as (typeof taxKinds)[number] } })
            }
          />
          {tax.kind === 'rate' && (
            <NumberInput
              hideControls
              min={0}
              max={100}
              decimalScale={2}
              suffix="%"
              label={t('offer.line.rate')}
              value={percentOf(tax.bp ?? 0)}
              onChange={(next) => setContent({ ...content, tax: { ...tax, bp: bpOf(next) } })}
            />
          )}
          <MoneyInput label={t('offer.product.cost')} value={cost} onChange={setCost} />
        </Group>
        <Parts
          parts={content.parts}
          products={(products.data ?? []).filter(
            (one) => one.id !== product?.id && one.content.parts.length === 0,
          )}
          onChange={(parts) => setContent({ ...content, parts })}
        />
        <Group gap="xs" justify="space-between">
          {product ? (
            <Button
              variant="subtle"
              color="gray"
              loading={archive.isPending}
              onClick={() => archive.mutate()}
            >
              {t('offer.product.archive')}
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" loading={save.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
