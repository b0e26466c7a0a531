import { Button, Text } from '@mantine/core';
import { IconMailbox, IconMessageQuestion, IconSend } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Person } from '@/api/model';
import { useCan } from '@/app/session';
import { openEnrol } from '@/kit/openEnrol';
import { openObjection } from '@/kit/openObjection';
import { openPiece } from '@/kit/openPiece';
import { Composer } from '@/kit/record/Composer';
import { Known } from '@/kit/record/Known';
import { RecordLayout, RecordSection } from '@/kit/record/RecordLayout';
import { Tasks } from '@/kit/record/Tasks';
import { Timeline } from '@/kit/record/Timeline';
import { titleOf } from '@/kit/titleOf';
import { ChannelCard } from '../1-prospecting/ChannelCard';
import { useProvenance } from '../1-prospecting/Provenance';
import { RecordEnrichment } from '../1-prospecting/RecordEnrichment';
import { PersonBasis } from '../2-outreach/basis/PersonBasis';
import { PersonMeetings } from '../2-outreach/meetings/PersonMeetings';
import { PersonPieces } from '../2-outreach/PersonPieces';
import { Questions } from '../4-nurturing/Questions';
import { RecordMenu } from './RecordMenu';
import { Related } from './Related';

export function PersonRecord({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const provenance = useProvenance('person', person.id);
  return (
    <RecordLayout
      title={titleOf(person)}
      facts={<Place person={person} />}
      actions={<RecordMenu kind="person" record={person} onDeleted={onClose} />}
      known={<Known kind="person" record={person} note={provenance} />}
      timeline={
        <>
          <Composer
            subject={{ kind: 'person', id: person.id, person_id: person.id, company_id: person.company_id }}
          />
          <Timeline kind="person" id={person.id} />
        </>
      }
      next={
        <>
          <Tasks about={{ person_id: person.id }} />
          <ChannelCard personId={person.id} />
          <Questions personId={person.id} />
          <PersonMeetings personId={person.id} />
          <PersonPieces personId={person.id} />
          <RecordEnrichment kind="person" id={person.id} />
          <PersonBasis personId={person.id} name={titleOf(person)} />
          {canWrite && (
            <RecordSection title={t('stage.outreach.name')}>
              <Button
                variant="light"
                fullWidth
                disabled={!person.email}
                leftSection={<IconSend size={14} />}
                onClick={() => openEnrol([{ personId: person.id, companyId: person.company_id }])}
              >
                {t('outreach.enrol.button')}
              </Button>
              <Button
                variant="light"
                fullWidth
                mt="xs"
                leftSection={<IconMailbox size={14} />}
                onClick={() => openPiece([{ id: person.id, name: titleOf(person) }])}
              >
                {t('outreach.piece.prepare')}
              </Button>
              <Button
                variant="subtle"
                fullWidth
                mt="xs"
                leftSection={<IconMessageQuestion size={14} />}
                onClick={() => openObjection(person.id)}
              >
                {t('objections.log')}
              </Button>
            </RecordSection>
          )}
          {person.company_id && (
            <Related
              kind="deal"
              where={`company_id.eq.${person.company_id}`}
              preset={{ company_id: person.company_id }}
            />
          )}
        </>
      }
      onClose={onClose}
    />
  );
}

function Place({ person }: { person: Person }) {
  if (!person.company_id) return null;
  return (
    <Text c="dimmed">
      {person.title && `${person.title} · `}
      <Link to="/companies/$id" params={{ id: person.company_id }} search={{}}>
        {person.company_name}
      </Link>
    </Text>
  );
}
