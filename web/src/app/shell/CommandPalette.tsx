import '@mantine/spotlight/styles.css';
import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import { IconBuilding, IconCurrencyDollar, IconSearch, IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Kind, SearchHit } from '@/api/model';
import { paths } from '@/api/records';
import { usePaletteActions } from './paletteActions';

const icons: Record<Kind, typeof IconUser> = {
  company: IconBuilding,
  person: IconUser,
  deal: IconCurrencyDollar,
};

function useHits(query: string): SearchHit[] {
  const { data } = useQuery({
    queryKey: ['/search', query],
    queryFn: ({ signal }) => api.get<SearchHit[]>(`/search?q=${encodeURIComponent(query)}`, signal),
    enabled: query.trim() !== '',
    placeholderData: keepPreviousData,
  });
  return query.trim() === '' ? [] : (data ?? []);
}

export function CommandPalette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const { t } = useTranslation();
  const router = useRouter();
  const scheme = useMantineColorScheme();
  const [query, setQuery] = useState('');
  const [settled] = useDebouncedValue(query, 120);
  const hits = useHits(settled);
  const actions = usePaletteActions({ onHelp, onTheme: scheme.toggleColorScheme });
  const wanted = query.trim().toLowerCase();
  const shown = actions.filter((action) => action.label.toLowerCase().includes(wanted));
  const run = (action: () => void) => () => {
    onClose();
    action();
  };
  return (
    <Spotlight.Root
      forceOpened
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={onClose}
      scrollable
      maxHeight={440}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
    >
      <Spotlight.Search
        placeholder={t('app.palette.placeholder')}
        aria-label={t('app.palette.placeholder')}
        leftSection={<IconSearch size={16} />}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
      />
      <Spotlight.ActionsList>
        {hits.length > 0 && (
          <Spotlight.ActionsGroup label={t('app.palette.records')}>
            {hits.map((hit) => {
              const Icon = icons[hit.kind];
              return (
                <Spotlight.Action
                  key={hit.id}
                  label={hit.title}
                  description={hit.subtitle ?? undefined}
                  leftSection={<Icon size={16} />}
                  onClick={run(() => router.history.push(`${paths[hit.kind]}/${hit.id}`))}
                />
              );
            })}
          </Spotlight.ActionsGroup>
        )}
        {shown.length > 0 && (
          <Spotlight.ActionsGroup label={t('app.palette.actions')}>
            {shown.map((action) => (
              <Spotlight.Action
                key={action.label}
                label={action.label}
                leftSection={action.icon}
                onClick={run(action.run)}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {hits.length === 0 && shown.length === 0 && (
          <Spotlight.Empty>{t('app.palette.nothing')}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
