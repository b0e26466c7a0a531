import { Badge, Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { IconForms } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { EmptyState } from '@/kit/EmptyState';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { Arrivals } from './Arrivals';
import classes from './icp.module.css';
import { firstForm, type LeadArrival, type LeadForm, leadFormsQuery } from './inbound';

/** The forms by which people get in touch, and what came in. */
export function LeadForms() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const manager = useCan('manager');
  const forms = useQuery(leadFormsQuery);
  const create = useMutation({
    mutationFn: () => api.post<LeadForm>('/lead-forms', firstForm(t('prospecting.inbound.first_name'))),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['/lead-forms'] });
      await navigate({ to: '/lead-forms/$id', params: { id: made.id } });
    },
  });
  const button = manager && (
    <Button loading={create.isPending} onClick={() => create.mutate()}>
      {t('prospecting.inbound.create')}
    </Button>
  );
  return (
    <Stack gap="md">
      <ProblemAlert error={create.error} />
      {forms.data?.length === 0 ? (
        <EmptyState
          icon={<IconForms size={32} stroke={1.3} />}
          title={t('prospecting.inbound.empty')}
          text={t('prospecting.inbound.empty_text')}
          action={button}
        />
      ) : (
        <Panel title={t('prospecting.inbound.forms')} actions={button}>
          <ProblemAlert error={forms.error} retry={() => forms.refetch()} />
          {forms.isPending && <Skeleton h={80} />}
          {forms.data?.map((form) => (
            <Link key={form.id} to="/lead-forms/$id" params={{ id: form.id }} className={classes.profile}>
              <Text fw={600}>{form.content.name}</Text>
              <Badge variant="light" color={form.content.active ? undefined : 'gray'} tt="none">
                {t(form.content.active ? 'prospecting.inbound.open' : 'prospecting.inbound.closed')}
              </Badge>
            </Link>
          ))}
        </Panel>
      )}
      {manager && <CameIn />}
    </Stack>
  );
}

function CameIn() {
  const { t } = useTranslation();
  const [state, setState] = useState<LeadArrival['state']>('arrived');
  return (
    <Panel
      title={t('prospecting.inbound.came_in')}
      actions={
        <Group>
          <SegmentedControl
            size="xs"
            aria-label={t('prospecting.inbound.came_in')}
            value={state}
            onChange={(next) => setState(next === 'spam' ? 'spam' : 'arrived')}
            data={[
              { value: 'arrived', label: t('prospecting.inbound.leads') },
              { value: 'spam', label: t('prospecting.inbound.spam') },
            ]}
          />
        </Group>
      }
    >
      <Arrivals state={state} />
    </Panel>
  );
}
