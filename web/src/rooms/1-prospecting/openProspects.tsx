import { modals } from '@mantine/modals';
import i18next from 'i18next';
import type { Company } from '@/api/model';
import { ProspectsForm } from './ProspectsForm';

/** Opens the form that lists the people of a company. */
export function openProspects(company: Company): void {
  const id = modals.open({
    size: 'lg',
    title: i18next.t('prospecting.people.of', { company: company.name }),
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    children: <ProspectsForm company={company} autoFocus onDone={() => modals.close(id)} />,
  });
}
