import { Skeleton } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { lazy, Suspense } from 'react';

const LogAnywhere = lazy(async () => ({
  default: (await import('@/rooms/6-objections/LogAnywhere')).LogAnywhere,
}));

/** Opens the dialog that writes an objection down. The form is the objections' own; any page may ask for it. */
export function openObjection(personId: string | null = null): void {
  const id = modals.open({
    title: i18next.t('objections.log'),
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    children: (
      <Suspense fallback={<Skeleton h={180} />}>
        <LogAnywhere personId={personId} onDone={() => modals.close(id)} />
      </Suspense>
    ),
  });
}
