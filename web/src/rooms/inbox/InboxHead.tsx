import { Group, Select, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { SearchBox } from '@/kit/list/SearchBox';
import { intents } from '@/kit/record/intents';
import { mailboxesQuery } from '../2-outreach/outreach';
import { countsQuery, type InboxSearch, isCapped, type State, states, whoses } from './inbox';
import classes from './inbox.module.css';

/** Whose conversations are shown, which of them, and how many wait. */
export function InboxHead({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const { data: counts } = useQuery(countsQuery);
  const whose = search.tab ? undefined : (search.whose ?? 'mine');
  const open = (search.state ?? 'open') === 'open';
  return (
    <header className={classes.head}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Title order={1}>{t('app.nav.inbox')}</Title>
        {!search.tab && <Words search={search} />}
      </Group>
      <Group gap="xs" justify="space-between">
        <nav className={classes.tabs} aria-label={t('inbox.whose.label')}>
          {whoses.map((one) => (
            <Link
              key={one}
              to="/inbox"
              search={{ ...search, tab: undefined, whose: one === 'mine' ? undefined : one }}
              className={classes.tab}
              aria-current={whose === one ? 'page' : undefined}
            >
              {t(`inbox.whose.${one}`)}
              {open && <Count of={counts?.[one]} />}
            </Link>
          ))}
          <Link
            to="/inbox"
            search={{ tab: 'unmatched' }}
            className={classes.tab}
            aria-current={search.tab ? 'page' : undefined}
          >
            {t('inbox.whose.unmatched')}
            <Count of={counts?.unmatched} />
          </Link>
        </nav>
        {!search.tab && <Filters search={search} />}
      </Group>
    </header>
  );
}

function Count({ of }: { of: number | undefined }) {
  const format = useFormat();
  if (!of) return null;
  return (
    <Text span size="xs" c="dimmed" ml={6}>
      {format.number(of)}
      {isCapped(of) && '+'}
    </Text>
  );
}

function Words({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <SearchBox
      kindName={t('inbox.search')}
      words={search.q ?? ''}
      onWords={(q) => navigate({ to: '/inbox', search: { ...search, q: q || undefined }, replace: true })}
    />
  );
}

function Filters({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mailboxes = useQuery(mailboxesQuery).data ?? [];
  const to = (next: Partial<InboxSearch>) => void navigate({ to: '/inbox', search: { ...search, ...next } });
  return (
    <Group gap="xs">
      <Select
        size="xs"
        w={130}
        allowDeselect={false}
        aria-label={t('inbox.state.label')}
        data={states.map((one) => ({ value: one, label: t(`inbox.state.${one}`) }))}
        value={search.state ?? 'open'}
        onChange={(state) => to({ state: state === 'open' ? undefined : (state as State) })}
      />
      <Select
        size="xs"
        w={150}
        clearable
        aria-label={t('inbox.intent')}
        placeholder={t('inbox.any_intent')}
        data={intents.map((one) => ({ value: one, label: t(`kit.intent.name.${one}`) }))}
        value={search.intent ?? null}
        onChange={(intent) => to({ intent: intent ?? undefined })}
      />
      {mailboxes.length > 1 && (
        <Select
          size="xs"
          w={190}
          clearable
          aria-label={t('inbox.mailbox')}
          placeholder={t('inbox.any_mailbox')}
          data={mailboxes.map((one) => ({ value: one.id, label: one.email }))}
          value={search.mailbox ?? null}
          onChange={(mailbox) => to({ mailbox: mailbox ?? undefined })}
        />
      )}
    </Group>
  );
}
