import {
  Button,
  ColorInput,
  FileButton,
  Group,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ThemeSetting } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { notifyDone } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { LookPreview } from './LookPreview';
import { themeQuery } from './page';

/** How offers look to those who get them. */
export function LookTab() {
  const theme = useQuery(themeQuery);
  if (theme.isPending) return <Skeleton h={160} />;
  if (theme.isError) return <ProblemAlert error={theme.error} />;
  return <Look key={JSON.stringify(theme.data)} kept={theme.data} />;
}

function Look({ kept }: { kept: ThemeSetting }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const canChange = useCan('manager');
  const [theme, setTheme] = useState(kept);
  const done = async () => {
    await client.invalidateQueries({ queryKey: themeQuery.queryKey });
    notifyDone(t('kit.saved'));
  };
  const save = useMutation({
    mutationFn: () =>
      api.put('/offer-theme', {
        accent: theme.accent,
        sender: theme.sender,
        sender_lines: theme.sender_lines,
      }),
    meta: { quiet: true },
    onSuccess: done,
  });
  const logo = useMutation({
    mutationFn: (file: File | null) => {
      if (!file) return api.delete<unknown>('/offer-theme/logo');
      const form = new FormData();
      form.append('file', file);
      return api.post<unknown>('/offer-theme/logo', form);
    },
    meta: { quiet: true },
    onSuccess: done,
  });
  return (
    <Panel title={t('offerpage.look.title')} lead={t('offerpage.look.hint')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="sm" maw={640}>
          <ColorInput
            withEyeDropper={false}
            label={t('offerpage.look.accent')}
            description={t('offerpage.look.accent_hint')}
            value={theme.accent}
            onChange={(accent) => setTheme({ ...theme, accent })}
            disabled={!canChange}
          />
          <TextInput
            label={t('offerpage.look.sender')}
            maxLength={200}
            value={theme.sender}
            onChange={(event) => setTheme({ ...theme, sender: event.currentTarget.value })}
            disabled={!canChange}
          />
          <Textarea
            label={t('offerpage.look.lines')}
            description={t('offerpage.look.lines_hint')}
            autosize
            minRows={2}
            value={theme.sender_lines}
            onChange={(event) => setTheme({ ...theme, sender_lines: event.currentTarget.value })}
            disabled={!canChange}
          />
          <LookPreview theme={theme} />
          <ProblemAlert error={save.error ?? logo.error} />
          {canChange && (
            <Group gap="xs">
              <Button type="submit" loading={save.isPending}>
                {t('kit.save')}
              </Button>
              <FileButton accept="image/png,image/jpeg" onChange={(file) => file && logo.mutate(file)}>
                {(props) => (
                  <Button {...props} variant="light" loading={logo.isPending}>
                    {t('offerpage.look.logo')}
                  </Button>
                )}
              </FileButton>
              {kept.logo && (
                <Button variant="subtle" onClick={() => logo.mutate(null)}>
                  {t('offerpage.look.no_logo')}
                </Button>
              )}
              <Text size="xs" c="dimmed">
                {t('offerpage.look.logo_hint')}
              </Text>
            </Group>
          )}
        </Stack>
      </form>
    </Panel>
  );
}
