import { ActionIcon, AppShell, Burger, Group, Kbd, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { RecordLinks } from './RecordLinks';
import classes from './TopBar.module.css';
import { UserMenu } from './UserMenu';

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function TopBar(props: { menu: boolean; onMenu: () => void; onSearch: () => void }) {
  const { t } = useTranslation();
  return (
    <AppShell.Header>
      <Group h="100%" px="sm" gap="sm" wrap="nowrap" justify="space-between">
        <Group gap="sm" wrap="nowrap" className={classes.left}>
          <Burger
            opened={props.menu}
            onClick={props.onMenu}
            hiddenFrom="sm"
            size="sm"
            aria-label={t(props.menu ? 'app.nav.close' : 'app.nav.open')}
          />
          <Link to="/today" className={classes.brand}>
            <img src="/favicon.svg" alt="" width={20} height={20} />
            {t('app.name')}
          </Link>
        </Group>
        <nav aria-label={t('app.nav.records')} className={classes.records}>
          <RecordLinks />
        </nav>
        <Group gap="xs" wrap="nowrap">
          <UnstyledButton className={classes.search} onClick={props.onSearch} visibleFrom="md">
            <IconSearch size={14} aria-hidden />
            <span className={classes.searchText}>{t('app.palette.open')}</span>
            <Kbd size="xs">{apple ? '⌘K' : 'Ctrl K'}</Kbd>
          </UnstyledButton>
          <ActionIcon
            hiddenFrom="md"
            variant="subtle"
            color="gray"
            size="lg"
            onClick={props.onSearch}
            aria-label={t('app.palette.open')}
          >
            <IconSearch size={18} />
          </ActionIcon>
          <UserMenu />
        </Group>
      </Group>
    </AppShell.Header>
  );
}
