import { Anchor, Button, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import type { ClosingView } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { CopyField } from '@/kit/CopyField';
import { RecordSection } from '@/kit/record/RecordLayout';
import { useDealWrite } from '@/kit/useDealWrite';
import { mailboxesQuery } from '../2-outreach/outreach';

/** The plan as the buyer sees it, by a link; and reminders of their steps, once somebody allowed them. */
export function BuyerPage({ deal, view }: { deal: Deal; view: ClosingView }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const path = `/deals/${deal.id}/closing-plan`;
  const page = useDealWrite((open: boolean) =>
    open ? api.post(`${path}/page`, {}) : api.delete(`${path}/page`),
  );
  if (!view.plan) return null;
  return (
    <RecordSection title={t('closing.page.title')}>
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t('closing.page.lead')}
        </Text>
        {view.page_url ? (
          <>
            <CopyField label={t('closing.page.link')} value={view.page_url} />
            <Group gap="sm">
              <Anchor size="sm" href={view.page_url} target="_blank" rel="noopener">
                {t('closing.page.look')}
              </Anchor>
              {canWrite && (
                <Button size="compact-xs" variant="subtle" color="gray" onClick={() => page.mutate(false)}>
                  {t('closing.page.close')}
                </Button>
              )}
            </Group>
          </>
        ) : (
          canWrite && (
            <Group>
              <Button variant="light" loading={page.isPending} onClick={() => page.mutate(true)}>
                {t('closing.page.open')}
              </Button>
            </Group>
          )
        )}
        {canWrite && <RemindThem deal={deal} view={view} path={path} />}
      </Stack>
    </RecordSection>
  );
}

function RemindThem({ deal, view, path }: { deal: Deal; view: ClosingView; path: string }) {
  const { t } = useTranslation();
  const people = (useCommittee(deal.id).data ?? []).filter((one) => one.email);
  const mailboxes = useQuery(mailboxesQuery).data ?? [];
  const allowed = view.plan?.reminders;
  const set = useDealWrite((body: { person_id: string | null; mailbox_id?: string }) =>
    api.put(`${path}/reminders`, body),
  );
  const person = allowed?.person_id ?? people[0]?.person_id;
  const mailbox = allowed?.mailbox_id ?? mailboxes[0]?.id;
  if (!person || !mailbox) return null;
  return (
    <>
      <Switch
        label={t('closing.remind.allow')}
        description={t('closing.remind.hint')}
        checked={Boolean(allowed)}
        onChange={(event) =>
          set.mutate(
            event.currentTarget.checked ? { person_id: person, mailbox_id: mailbox } : { person_id: null },
          )
        }
      />
      {allowed && (
        <Group gap="xs">
          <Select
            size="xs"
            allowDeselect={false}
            label={t('closing.remind.whom')}
            data={people.map((one) => ({ value: one.person_id, label: one.name }))}
            value={person}
            onChange={(next) => next && set.mutate({ person_id: next, mailbox_id: mailbox })}
          />
          <Select
            size="xs"
            allowDeselect={false}
            label={t('discovery.decision.from')}
            data={mailboxes.map((one) => ({ value: one.id, label: one.email }))}
            value={mailbox}
            onChange={(next) => next && set.mutate({ person_id: person, mailbox_id: next })}
          />
        </Group>
      )}
    </>
  );
}
