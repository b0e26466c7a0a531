import { ActionIcon, Badge, Button, Group, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { Page } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { isEditable, type Offer, offerQuery } from '../offer';
import classes from './builder.module.css';
import { Differences } from './Differences';
import { DiscountGuard } from './DiscountGuard';
import { Found } from './Found';
import { Head } from './Head';
import { Packages } from './Packages';
import { Results } from './Results';
import { ReviewPanel } from './ReviewPanel';
import { Sections } from './Sections';
import { TermsPanel } from './TermsPanel';
import { type Saving, useDraft } from './useDraft';

/** An offer in the making: what was found on the left, what answers it on the right. */
export function BuilderPage() {
  const { id, offerId } = useParams({ from: '/app/deals/$id/offers/$offerId' });
  const offer = useQuery(offerQuery(id, offerId));
  const deal = useQuery({ queryKey: ['/deals', id], queryFn: () => api.get<Deal>(`/deals/${id}`) });
  const error = offer.error ?? deal.error;
  if (error) return <ProblemAlert error={error} retry={() => offer.refetch()} />;
  if (!offer.data || !deal.data) return <Skeleton m="lg" h={400} />;
  return <Builder key={offer.data.id} offer={offer.data} deal={deal.data} />;
}

function Builder({ offer, deal }: { offer: Offer; deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep') && isEditable(offer);
  const [unlocked, setUnlocked] = useState(false);
  const isOpen = canWrite && (offer.state === 'draft' || unlocked);
  const draft = useDraft(offer);
  const [lit, setLit] = useState<string | null>(null);
  const parts = { offer, content: draft.content, onChange: draft.change, readOnly: !isOpen };
  useHotkeys([['mod+Z', () => isOpen && draft.undo()]]);
  return (
    <Page
      wide
      back={
        <Link to="/deals/$id" params={{ id: deal.id }} search={{}}>
          {deal.name}
        </Link>
      }
      title={draft.content.title || t('offer.title')}
      actions={
        <>
          <Badge variant="light" color="gray" tt="none">
            {t('offer.version', { number: offer.version })} ·{' '}
            {textOr(t, `offer.state.${offer.state}`, offer.state)}
          </Badge>
          {isOpen && <SavingState saving={draft.saving} />}
          {isOpen && (
            <Tooltip label={t('kit.undo')}>
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={t('kit.undo')}
                disabled={!draft.canUndo}
                onClick={draft.undo}
              >
                <IconArrowBackUp size={16} />
              </ActionIcon>
            </Tooltip>
          )}
          {canWrite && !isOpen && (
            <Button variant="default" onClick={() => setUnlocked(true)}>
              {t('offer.change_again')}
            </Button>
          )}
        </>
      }
    >
      <ProblemAlert error={draft.error} retry={draft.save} />
      {canWrite && !isOpen && <Text c="dimmed">{t('offer.change_again_hint')}</Text>}
      <div className={classes.columns}>
        <Found deal={deal} offer={offer} content={draft.content} lit={lit} onLit={setLit} />
        <Stack gap="lg">
          <Head {...parts} deal={deal} />
          <Packages {...parts} lit={lit} />
          <DiscountGuard {...parts} />
          <Results {...parts} />
          <Sections {...parts} />
          <TermsPanel {...parts} />
          <ReviewPanel offer={offer} deal={deal} isSaved={draft.saving === 'saved'} />
          <Differences offer={offer} />
        </Stack>
      </div>
    </Page>
  );
}

function SavingState({ saving }: { saving: Saving }) {
  const { t } = useTranslation();
  return (
    <Group gap={4} role="status">
      <Text size="xs" c="dimmed">
        {t(`offer.saving.${saving}`)}
      </Text>
    </Group>
  );
}
