import { Avatar, Menu, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconKeyboard, IconLogout, IconUser } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { initials } from '@/kit/format';
import { switchWorkspace, useMe, useSignOut } from '../session';

export function UserMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const signOut = useSignOut();
  if (!me) return null;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton>
          <VisuallyHidden>{t('app.user.menu')}</VisuallyHidden>
          <Avatar aria-hidden size={30} radius="xl" color="gray">
            {initials(me.user.name)}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.user.email}</Menu.Label>
        <Menu.Item
          leftSection={<IconUser size={14} />}
          onClick={() => navigate({ to: '/settings/$section', params: { section: 'profile' } })}
        >
          {me.user.name}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconKeyboard size={14} />}
          onClick={() => document.dispatchEvent(new CustomEvent('sevenfold:shortcuts'))}
        >
          {t('app.shortcut.title')}
        </Menu.Item>
        {me.memberships.length > 1 && (
          <>
            <Menu.Label>{t('app.user.workspace')}</Menu.Label>
            {me.memberships.map((one) => (
              <Menu.Item
                key={one.workspace_id}
                onClick={() => switchWorkspace(one.workspace_id)}
                aria-current={one.workspace_id === me.workspace.id}
              >
                {one.workspace_name}
              </Menu.Item>
            ))}
          </>
        )}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={14} />} onClick={signOut}>
          {t('app.user.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
