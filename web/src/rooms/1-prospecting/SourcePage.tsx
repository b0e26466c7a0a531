import { Button, Skeleton, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { askFirst } from '@/kit/askFirst';
import { notifyDone } from '@/kit/notify';
import { Page } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { type Source, type SourceContent, sourceQuery } from './enrichment';
import classes from './icp.module.css';
import { SourceGeneral } from './SourceGeneral';
import { SourceLimits } from './SourceLimits';
import { SourceMapping } from './SourceMapping';
import { SourceRequestPanel } from './SourceRequestPanel';
import { SourceTrial } from './SourceTrial';

export function SourcePage() {
  const { id } = useParams({ from: '/app/enrichment-sources/$id' });
  const source = useQuery(sourceQuery(id));
  if (source.isPending) return <Skeleton m="lg" h={300} />;
  if (source.isError) return <ProblemAlert error={source.error} retry={() => source.refetch()} />;
  return <Editor key={`${id}.${source.data.revision}`} source={source.data} />;
}

export type Secrets = Record<string, string | null>;

/** What to ask and what to take from the answer on the left; a trial on one record on the right. */
function Editor({ source }: { source: Source }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const admin = useCan('admin');
  const [content, setContent] = useState<SourceContent>(source.content);
  const [secrets, setSecrets] = useState<Secrets>({});
  const change = (part: Partial<SourceContent>) => setContent({ ...content, ...part });
  const path = `/enrichment-providers/${source.id}`;
  const refreshed = () => client.invalidateQueries({ queryKey: ['/enrichment-providers'] });
  const save = useMutation({
    mutationFn: () => api.put<Source>(path, { content, secrets }),
    onSuccess: async () => {
      await refreshed();
      notifyDone(t('enrichment.saved'));
    },
  });
  const remove = useMutation({
    mutationFn: () => api.delete(path),
    onSuccess: async () => {
      await navigate({
        to: '/rooms/$stage',
        params: { stage: 'prospecting' },
        search: { tab: 'enrichment' },
      });
      await refreshed();
    },
  });
  const ask = () =>
    askFirst({
      title: t('enrichment.delete_title'),
      text: t('enrichment.delete_text'),
      confirm: t('enrichment.delete'),
      onConfirm: () => remove.mutate(),
    });
  const same =
    JSON.stringify(content) === JSON.stringify(source.content) && Object.keys(secrets).length === 0;
  return (
    <Page
      wide
      back={
        <Link to="/rooms/$stage" params={{ stage: 'prospecting' }} search={{ tab: 'enrichment' }}>
          {t('enrichment.title')}
        </Link>
      }
      title={source.content.name}
      actions={
        admin && (
          <>
            <Button variant="default" loading={remove.isPending} onClick={ask}>
              {t('enrichment.delete')}
            </Button>
            <Button disabled={same} loading={save.isPending} onClick={() => save.mutate()}>
              {t('enrichment.save')}
            </Button>
          </>
        )
      }
    >
      <ProblemAlert error={save.error ?? remove.error} />
      <div className={classes.form}>
        <Stack gap="md">
          <SourceGeneral source={source} content={content} onChange={change} />
          {content.source === 'http' && admin && (
            <SourceRequestPanel
              content={content}
              kept={source.secret_names}
              secrets={secrets}
              onChange={change}
              onSecrets={setSecrets}
            />
          )}
          <SourceMapping content={content} onChange={change} />
          <SourceLimits content={content} onChange={change} />
        </Stack>
        {admin && <SourceTrial id={source.id} content={content} secrets={secrets} />}
      </div>
    </Page>
  );
}
