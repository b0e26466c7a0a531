import { Badge, Button, Group, Modal, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferTemplate } from '@/api/generated/model';
import { useCan } from '@/app/session';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { templatesQuery } from '../offer';
import { TemplateForm } from './TemplateForm';

/** Chapters to begin an offer with. */
export function Templates() {
  const { t, i18n } = useTranslation();
  const isManager = useCan('manager');
  const templates = useQuery(templatesQuery);
  const [open, setOpen] = useState<OfferTemplate | null>(null);
  const fresh: OfferTemplate = {
    id: null,
    content: {
      name: '',
      locale: i18n.language,
      note: '',
      sections: [{ title: '', body: '' }],
      payment_terms: '',
    },
  };
  return (
    <Panel
      title={t('offer.template.title')}
      lead={t('offer.template.lead')}
      actions={isManager && <Button onClick={() => setOpen(fresh)}>{t('offer.template.add')}</Button>}
    >
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        size="lg"
        title={t('offer.template.one')}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        {open && <TemplateForm template={open} onDone={() => setOpen(null)} />}
      </Modal>
      <ProblemAlert error={templates.error} />
      {templates.data?.map((one) => (
        <Group key={one.id ?? one.content.locale} className={classes.line} gap="sm">
          <Text fw={600}>{one.content.name}</Text>
          <Badge variant="light" color="gray" tt="none">
            {one.content.locale === 'ko' ? '한국어' : 'English'}
          </Badge>
          {!one.id && (
            <Text size="xs" c="dimmed">
              {t('offer.template.shipped')}
            </Text>
          )}
          {isManager && (
            <Button
              ml="auto"
              size="compact-sm"
              variant="subtle"
              aria-label={one.id ? t('offer.product.edit_named', { what: one.content.name }) : undefined}
              onClick={() => setOpen(one)}
            >
              {t(one.id ? 'kit.edit' : 'offer.template.copy')}
            </Button>
          )}
        </Group>
      ))}
    </Panel>
  );
}
