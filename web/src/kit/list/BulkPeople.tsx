import { Button } from '@mantine/core';
import { IconChecklist, IconMailbox, IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Person } from '@/api/model';
import { openConsent } from '../openConsent';
import { openEnrol } from '../openEnrol';
import { openPiece } from '../openPiece';
import { titleOf } from '../titleOf';

/** What outreach does with the people that are ticked. */
export function BulkPeople({ people }: { people: Person[] }) {
  const { t } = useTranslation();
  const named = people.map((person) => ({ id: person.id, name: titleOf(person) }));
  const actions = [
    {
      label: t('outreach.enrol.button'),
      Icon: IconSend,
      open: () => openEnrol(people.map((one) => ({ personId: one.id, companyId: one.company_id }))),
    },
    { label: t('outreach.basis.add'), Icon: IconChecklist, open: () => openConsent(named) },
    { label: t('outreach.piece.prepare'), Icon: IconMailbox, open: () => openPiece(named) },
  ];
  return actions.map(({ label, Icon, open }) => (
    <Button key={label} size="compact-sm" variant="subtle" leftSection={<Icon size={14} />} onClick={open}>
      {label}
    </Button>
  ));
}
