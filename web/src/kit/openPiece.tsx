import { Skeleton } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { lazy, Suspense } from 'react';
import type { Named } from './openConsent';

const NewPiece = lazy(async () => ({ default: (await import('@/rooms/2-outreach/NewPiece')).NewPiece }));

/** Opens the dialog that makes a letter, a card or a gift by hand. The form is outreach's; any page may ask for it. */
export function openPiece(people: readonly Named[]): void {
  const id = modals.open({
    size: 'lg',
    title: i18next.t('outreach.piece.prepare'),
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    children: (
      <Suspense fallback={<Skeleton h={480} />}>
        <NewPiece people={people} onDone={() => modals.close(id)} />
      </Suspense>
    ),
  });
}
