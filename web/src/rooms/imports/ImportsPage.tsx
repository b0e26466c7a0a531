import '@mantine/dropzone/styles.css';
import { Badge, Group, SegmentedControl, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileSpreadsheet, IconUpload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Kind } from '@/api/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { Page, Panel } from '@/kit/Page';
import { type ImportView, importKinds, importsQuery } from './imports';
import classes from './imports.module.css';

/** Choose what the file holds, drop it, and go on to its own page; earlier imports stand below. */
export function ImportsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [kind, setKind] = useState<Kind>('company');
  const upload = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.set('kind', kind);
      form.set('file', file);
      return api.post<ImportView>('/imports', form);
    },
    onSuccess: (made) => navigate({ to: '/imports/$id', params: { id: made.id } }),
  });
  return (
    <Page title={t('imports.title')} lead={t('imports.lead')}>
      <Panel>
        <SegmentedControl
          mb="md"
          aria-label={t('imports.what')}
          value={kind}
          onChange={(next) => setKind(next as Kind)}
          data={importKinds.map((one) => ({ value: one, label: t(`records.${one}.many`) }))}
        />
        <Dropzone
          onDrop={(files) => files[0] && upload.mutate(files[0])}
          loading={upload.isPending}
          multiple={false}
          inputProps={{ 'aria-label': t('imports.drop') }}
        >
          <Group className={classes.drop} justify="center" gap="sm">
            <IconUpload size={24} stroke={1.5} aria-hidden />
            <div>
              <Text fw={600}>{t('imports.drop')}</Text>
              <Text size="xs" c="dimmed">
                {t('imports.drop_hint')}
              </Text>
            </div>
          </Group>
        </Dropzone>
      </Panel>
      <Earlier />
    </Page>
  );
}

function Earlier() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(importsQuery);
  if (!data || data.length === 0) return null;
  return (
    <Panel title={t('imports.earlier')}>
      {data.map((one) => (
        <Link key={one.id} to="/imports/$id" params={{ id: one.id }} className={classes.earlier}>
          <IconFileSpreadsheet size={16} aria-hidden />
          <span className={classes.fileName}>{one.file_name}</span>
          <Badge variant="light" color={one.state === 'failed' ? 'red' : 'gray'} tt="none">
            {textOr(t, `imports.state.${one.state}`, one.state)}
          </Badge>
          <Text span size="xs" c="dimmed">
            {format.relative(one.created_at)}
          </Text>
        </Link>
      ))}
    </Panel>
  );
}
