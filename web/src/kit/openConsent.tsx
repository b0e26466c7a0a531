import { Skeleton } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { lazy, Suspense } from 'react';

/** Somebody as a dialog about several people names them. */
export interface Named {
  id: string;
  name: string;
}

const ConsentForm = lazy(async () => ({
  default: (await import('@/rooms/2-outreach/basis/ConsentForm')).ConsentForm,
}));

/** Opens the dialog that puts on record what people agreed to. The form is outreach's; any page may ask for it. */
export function openConsent(people: readonly Named[]): void {
  const id = modals.open({
    title: i18next.t('outreach.basis.add'),
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    children: (
      <Suspense fallback={<Skeleton h={320} />}>
        <ConsentForm people={people} onDone={() => modals.close(id)} />
      </Suspense>
    ),
  });
}
