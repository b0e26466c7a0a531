import { Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Company, Page, Person, RecordBase } from '@/api/model';
import { paths, recordQuery } from '@/api/records';
import { titleOf } from '../titleOf';

interface ReferenceInputProps {
  kind: 'company' | 'person';
  label?: string;
  'aria-label'?: string;
  error?: string;
  autoFocus?: boolean;
  required?: boolean;
  withAsterisk?: boolean;
  /** Offer only people of this company. */
  companyId?: string | null;
  /** A record that is not offered. */
  without?: string;
  value: string | null;
  onChange: (value: string | null) => void;
}

/** What tells two of the same name apart. */
function detailOf(record: RecordBase): string {
  const { title, company_name, email, domain, city } = record as Partial<Person & Company> & {
    city?: string;
  };
  return [title, company_name, email, domain, city].filter(Boolean).join(' · ');
}

/** Finds a company or a person by typing; only the best matches travel. */
export function ReferenceInput({ kind, companyId, without, value, ...rest }: ReferenceInputProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed, 150);
  const chosen = useQuery({ ...recordQuery<RecordBase>(kind, value ?? ''), enabled: value !== null });
  const name = chosen.data ? titleOf(chosen.data) : '';
  const search = settled === name ? '' : settled;
  const { data } = useQuery({
    queryKey: [paths[kind], 'pick', search, companyId],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ limit: '20' });
      if (search) params.set('q', search);
      if (companyId) params.append('where', `company_id.eq.${companyId}`);
      return api.get<Page<RecordBase>>(`${paths[kind]}?${params}`, signal);
    },
  });
  const offered = (data?.items ?? []).filter((one) => one.id !== without);
  const options = offered.map((one) => ({ value: one.id, label: titleOf(one) }));
  const details = new Map(offered.map((one) => [one.id, detailOf(one)]));
  if (chosen.data && !options.some((one) => one.value === value)) {
    options.unshift({ value: chosen.data.id, label: name });
  }
  return (
    <Select
      {...rest}
      searchable
      clearable
      placeholder={t(kind === 'company' ? 'kit.choose_company' : 'kit.choose_person')}
      data={options}
      filter={({ options: all }) => all}
      renderOption={({ option }) => (
        <div>
          <span>{option.label}</span>
          <Text size="xs" c="dimmed">
            {details.get(option.value)}
          </Text>
        </div>
      )}
      value={value}
      onSearchChange={setTyped}
    />
  );
}
