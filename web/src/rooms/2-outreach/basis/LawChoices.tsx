import { Stack, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Workspace } from '@/api/model';
import { useCan } from '@/app/session';
import { useSave } from '../../settings/useSave';

const choices = [
  ['confirm_consents', 'ask_again'],
  ['tell_source', 'tell_source'],
] as const;

/** What is done by itself because a law wants it, and may be left to people. */
export function LawChoices() {
  const { t } = useTranslation();
  const canChange = useCan('admin');
  const { data } = useQuery({ queryKey: ['/workspace'], queryFn: () => api.get<Workspace>('/workspace') });
  const save = useSave(
    (settings: Record<string, boolean>) => api.patch('/workspace', { settings }),
    ['/workspace'],
  );
  if (!data) return null;
  return (
    <Stack gap="sm" mt="md">
      {choices.map(([setting, words]) => (
        <Switch
          key={setting}
          disabled={!canChange || save.isPending}
          checked={data.settings[setting] === true}
          label={t(`outreach.basis.${words}`)}
          description={t(`outreach.basis.${words}_hint`)}
          onChange={(event) => save.mutate({ [setting]: event.currentTarget.checked })}
        />
      ))}
    </Stack>
  );
}
