import { ActionIcon, Alert, Button, Group, MultiSelect, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type CommitteeRole, committeeRoles } from '@/api/committee';
import { api } from '@/api/http';
import type { Company } from '@/api/model';
import { textOr } from '@/i18n/texts';
import type { ProspectAnswer, ProspectRow } from './prospects';
import classes from './research.module.css';

interface FieldsProps {
  row: ProspectRow;
  told?: ProspectAnswer;
  company: Company;
  autoFocus?: boolean;
  onChange: (next: Partial<ProspectRow>) => void;
  onRemove?: () => void;
  onAnyway: () => void;
}

/** The role a title most likely stands for. */
function useRoleGuess(title: string): CommitteeRole | null {
  const [asked] = useDebouncedValue(title.trim(), 300);
  const { data } = useQuery({
    queryKey: ['/role-guess', asked],
    queryFn: () => api.get<{ role: CommitteeRole | null }>(`/role-guess?title=${encodeURIComponent(asked)}`),
    enabled: asked !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  return asked === '' ? null : (data?.role ?? null);
}

/** One person: name, title, mail, LinkedIn, and the roles that follow from the title until somebody says otherwise. */
export function ProspectFields({ row, told, autoFocus, onChange, onRemove, onAnyway }: FieldsProps) {
  const { t } = useTranslation();
  const guess = useRoleGuess(row.title);
  const error = (field: string) => {
    const found = told?.errors.find((one) => one.field === field);
    return found && textOr(t, `error.field.${found.code}`, found.message);
  };
  const text = (key: 'name' | 'title' | 'email' | 'linkedin_url') => ({
    size: 'xs' as const,
    label: t(`prospecting.people.${key}`),
    value: row[key],
    error: error(key),
    maxLength: 500,
    onChange: (event: { currentTarget: HTMLInputElement }) => onChange({ [key]: event.currentTarget.value }),
  });
  return (
    <div className={classes.prospect}>
      <TextInput {...text('name')} autoFocus={autoFocus} />
      <TextInput {...text('title')} />
      {onRemove ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={onRemove}
          aria-label={t('prospecting.people.remove', { name: row.name })}
        >
          <IconX size={14} />
        </ActionIcon>
      ) : (
        <span />
      )}
      <TextInput {...text('email')} />
      <TextInput {...text('linkedin_url')} />
      <span />
      <div data-whole>
        <MultiSelect
          size="xs"
          label={t('prospecting.people.roles')}
          description={row.roles === null && guess ? t('prospecting.people.guessed') : undefined}
          data={committeeRoles.map((role) => ({ value: role, label: t(`qualification.role.${role}`) }))}
          value={row.roles ?? (guess ? [guess] : [])}
          onChange={(roles) => onChange({ roles: roles as CommitteeRole[] })}
        />
      </div>
      {told?.same_as && <SameAs told={told} onAnyway={onAnyway} />}
    </div>
  );
}

/** Somebody like this is known: whether it is them is for the rep to say. */
function SameAs({ told, onAnyway }: { told: ProspectAnswer; onAnyway: () => void }) {
  const { t } = useTranslation();
  const { same_as } = told;
  if (!same_as) return null;
  return (
    <Alert data-whole color="yellow" p="xs">
      <Text size="xs">
        {t(told.outcome === 'elsewhere' ? 'prospecting.people.elsewhere' : 'prospecting.people.same_name')}{' '}
        <Link to="/people/$id" params={{ id: same_as.id }} search={{}}>
          {[same_as.name, same_as.title, same_as.email].filter(Boolean).join(' · ')}
        </Link>
      </Text>
      {told.outcome === 'same_name' && (
        <Group mt={4}>
          <Button size="compact-xs" variant="default" onClick={onAnyway}>
            {t('prospecting.people.anyway')}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
