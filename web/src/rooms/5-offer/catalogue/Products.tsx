import { Badge, Button, FileButton, Group, Modal, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Product, Taken } from '@/api/generated/model';
import { api } from '@/api/http';
import { fileAddress, useCan, useMe } from '@/app/session';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { nameOf, productsQuery } from '../offer';
import { ProductForm } from './ProductForm';

/** What is sold, as a list and as a sheet. */
export function Products() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const me = useMe();
  const isManager = useCan('manager');
  const products = useQuery(productsQuery);
  const [open, setOpen] = useState<Product | 'new' | null>(null);
  const take = useMutation({
    mutationFn: async (file: File) => api.post<Taken>('/products/sheet', { text: await file.text() }),
    onSuccess: async (taken) => {
      await client.invalidateQueries({ queryKey: ['/products'] });
      notifyDone(t('offer.catalogue.taken', { created: taken.created, changed: taken.changed }));
    },
  });
  const actions = isManager && (
    <Group gap="xs">
      <Button variant="default" component="a" href={fileAddress('/products/sheet', me)} download>
        {t('offer.catalogue.export')}
      </Button>
      <FileButton accept=".csv,text/csv" onChange={(file) => file && take.mutate(file)}>
        {(props) => (
          <Button variant="default" loading={take.isPending} {...props}>
            {t('offer.catalogue.import')}
          </Button>
        )}
      </FileButton>
      <Button onClick={() => setOpen('new')}>{t('offer.product.add')}</Button>
    </Group>
  );
  return (
    <Panel title={t('offer.catalogue.products')} lead={t('offer.catalogue.products_lead')} actions={actions}>
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        size="lg"
        title={t(open === 'new' ? 'offer.product.add' : 'offer.product.edit')}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        {open !== null && <ProductForm product={open === 'new' ? null : open} onDone={() => setOpen(null)} />}
      </Modal>
      <ProblemAlert error={products.error} />
      {products.isPending && <Skeleton h={80} />}
      {products.data?.length === 0 && <Text c="dimmed">{t('offer.catalogue.no_product')}</Text>}
      {products.data?.map((one) => (
        <Group key={one.id} className={classes.line} gap="sm">
          <Text fw={600}>{nameOf(one, i18n.language)}</Text>
          <Text c="dimmed">{one.content.code}</Text>
          {one.content.parts.length > 0 && (
            <Badge variant="light" color="gray" tt="none">
              {t('offer.product.bundle')}
            </Badge>
          )}
          {one.cost && (
            <Text size="xs" c="dimmed">
              {t('offer.product.costs', { cost: format.money(one.cost) })}
            </Text>
          )}
          {isManager && (
            <Button
              ml="auto"
              size="compact-sm"
              variant="subtle"
              onClick={() => setOpen(one)}
              aria-label={t('offer.product.edit_named', { what: nameOf(one, i18n.language) })}
            >
              {t('kit.edit')}
            </Button>
          )}
        </Group>
      ))}
    </Panel>
  );
}
