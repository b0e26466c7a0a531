import { Skeleton } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { lazy, Suspense } from 'react';

export interface Enrollee {
  personId: string;
  companyId: string | null;
  dealId?: string;
}

const EnrolForm = lazy(async () => ({ default: (await import('@/rooms/2-outreach/EnrolForm')).EnrolForm }));

/** Opens the dialog that puts people into a sequence. The form is outreach's; any page may ask for it. */
export function openEnrol(people: Enrollee[]): void {
  const id = modals.open({
    size: 'lg',
    title: i18next.t('outreach.enrol.title'),
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    children: (
      <Suspense fallback={<Skeleton h={120} />}>
        <EnrolForm people={people} onDone={() => modals.close(id)} />
      </Suspense>
    ),
  });
}
