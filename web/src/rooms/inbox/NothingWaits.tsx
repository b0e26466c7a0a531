import { Button } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/kit/EmptyState';
import { countsQuery, type InboxSearch } from './inbox';

/** Says why the list is empty, and where something waits. */
export function NothingWaits({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const { data: counts } = useQuery(countsQuery);
  const filtered = search.q || search.intent || search.mailbox;
  const state = search.state ?? 'open';
  const others =
    !filtered && state === 'open' && search.whose !== 'everybody' && (counts?.everybody ?? 0) > 0;
  const why = filtered ? 'filtered' : others ? 'others' : state;
  return (
    <EmptyState
      icon={<IconInbox size={32} stroke={1.3} />}
      title={t(`inbox.empty.${why}`)}
      text={t(`inbox.empty.${why}_text`)}
      action={
        <Button
          renderRoot={(props) =>
            others || filtered ? (
              <Link to="/inbox" search={{ whose: 'everybody' }} {...props} />
            ) : (
              <Link
                to="/rooms/$stage"
                params={{ stage: 'outreach' }}
                search={{ tab: 'sequences' }}
                {...props}
              />
            )
          }
        >
          {t(others || filtered ? 'inbox.empty.to_everybody' : 'inbox.empty.to_sequences')}
        </Button>
      }
    />
  );
}
