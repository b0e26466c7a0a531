import { ActionIcon, Alert, Badge, Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { type Page, type Role, roles } from '@/api/model';
import { membersQuery } from '@/api/records';
import { useCan, useMe } from '@/app/session';
import { askFirst } from '@/kit/askFirst';
import { CopyField } from '@/kit/CopyField';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from './settings.module.css';
import { useSave } from './useSave';

interface Invitation {
  id: string;
  email: string;
  role: Role;
  invited_by: string;
  expires_at: string;
}

export function MembersSection() {
  const admin = useCan('admin');
  return (
    <>
      <Members admin={admin} />
      {admin && <Invitations />}
    </>
  );
}

function useRoleChoices() {
  const { t } = useTranslation();
  return roles.map((role) => ({ value: role, label: t(`settings.role.${role}`) }));
}

function Members({ admin }: { admin: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const choices = useRoleChoices();
  const members = useQuery(membersQuery);
  const change = useSave(
    ({ id, role }: { id: string; role: string }) => api.patch(`/members/${id}`, { role }),
    ['/members', '/me'],
  );
  const remove = useSave((id: string) => api.delete(`/members/${id}`), ['/members']);
  return (
    <Panel title={t('settings.section.members')} lead={t('settings.members.lead')}>
      <ProblemAlert error={members.error} />
      {members.data?.map((member) => (
        <Group key={member.user_id} justify="space-between" wrap="nowrap" className={classes.line}>
          <div className={classes.who}>
            <Text fw={500} truncate>
              {member.name}
              {member.user_id === me?.user.id && (
                <Text span c="dimmed" size="xs">
                  {` · ${t('settings.members.you')}`}
                </Text>
              )}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {member.email}
            </Text>
          </div>
          <Group gap="xs" wrap="nowrap" flex="none">
            <Select
              w={130}
              aria-label={t('settings.members.role_of', { name: member.name })}
              allowDeselect={false}
              disabled={!admin}
              data={choices}
              value={member.role}
              onChange={(role) => role && change.mutate({ id: member.user_id, role })}
            />
            {admin && (
              <ActionIcon
                variant="subtle"
                color="gray"
                className={member.user_id === me?.user.id ? classes.unseen : undefined}
                disabled={member.user_id === me?.user.id}
                onClick={() =>
                  askFirst({
                    title: t('settings.members.remove', { name: member.name }),
                    text: t('settings.members.remove_text'),
                    confirm: t('kit.remove'),
                    onConfirm: () => remove.mutate(member.user_id),
                  })
                }
                aria-label={`${t('kit.remove')}: ${member.name}`}
              >
                <IconTrash size={16} />
              </ActionIcon>
            )}
          </Group>
        </Group>
      ))}
    </Panel>
  );
}

function Invitations() {
  const { t } = useTranslation();
  const format = useFormat();
  const choices = useRoleChoices();
  const [made, setMade] = useState<{ link: string; by_mail: boolean } | null>(null);
  const open = useQuery({
    queryKey: ['/invitations'],
    queryFn: () => api.get<Page<Invitation>>('/invitations'),
  });
  const form = useForm({ initialValues: { email: '', role: 'rep' } });
  const invite = useSave(
    (values: typeof form.values) => api.post<{ link: string; by_mail: boolean }>('/invitations', values),
    ['/invitations'],
    (answer) => {
      setMade(answer);
      form.reset();
    },
  );
  const withdraw = useSave((id: string) => api.delete(`/invitations/${id}`), ['/invitations']);
  return (
    <Panel title={t('settings.invitations.title')} lead={t('settings.invitations.lead')}>
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
        <Group align="flex-end" gap="xs" mb="sm">
          <TextInput
            required
            withAsterisk={false}
            type="email"
            label={t('entry.field.email')}
            {...form.getInputProps('email')}
          />
          <Select
            label={t('settings.members.role')}
            allowDeselect={false}
            data={choices}
            {...form.getInputProps('role')}
          />
          <Button type="submit" loading={invite.isPending}>
            {t('settings.invitations.invite')}
          </Button>
        </Group>
      </form>
      {made && (
        <Alert mb="sm" withCloseButton onClose={() => setMade(null)} closeButtonLabel={t('kit.close')}>
          <CopyField
            label={t('settings.invitations.link')}
            hint={t(made.by_mail ? 'settings.invitations.mailed' : 'settings.invitations.pass_on')}
            value={made.link}
          />
        </Alert>
      )}
      {open.data?.items.map((invitation) => (
        <Group key={invitation.id} justify="space-between" className={classes.line}>
          <div>
            <Group gap="xs">
              <Text fw={500}>{invitation.email}</Text>
              <Badge variant="light" color="gray" tt="none">
                {t(`settings.role.${invitation.role}`)}
              </Badge>
            </Group>
            <Text size="xs" c="dimmed">
              {t('settings.invitations.until', { date: format.date(invitation.expires_at) })}
            </Text>
          </div>
          <Button variant="default" size="compact-sm" onClick={() => withdraw.mutate(invitation.id)}>
            {t('settings.invitations.withdraw')}
          </Button>
        </Group>
      ))}
    </Panel>
  );
}
