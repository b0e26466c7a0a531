import { Button, Skeleton, Stack, Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { askFirst } from '@/kit/askFirst';
import { CopyField } from '@/kit/CopyField';
import { notifyDone } from '@/kit/notify';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from './icp.module.css';
import { type FormContent, type LeadForm, leadFormQuery, snippetOf } from './inbound';
import { LeadFormFields } from './LeadFormFields';
import { LeadFormPreview } from './LeadFormPreview';
import { LeadFormRules } from './LeadFormRules';
import { LeadFormTexts } from './LeadFormTexts';

export function LeadFormPage() {
  const { id } = useParams({ from: '/app/lead-forms/$id' });
  const form = useQuery(leadFormQuery(id));
  if (form.isPending) return <Skeleton m="lg" h={300} />;
  if (form.isError) return <ProblemAlert error={form.error} retry={() => form.refetch()} />;
  return <Editor key={`${id}.${form.data.revision}`} form={form.data} />;
}

/** The form on the left; how a visitor sees it on the right, as one types. */
function Editor({ form }: { form: LeadForm }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const manager = useCan('manager');
  const [content, setContent] = useState<FormContent>(form.content);
  const change = (part: Partial<FormContent>) => setContent({ ...content, ...part });
  const save = useMutation({
    mutationFn: () => api.put<LeadForm>(`/lead-forms/${form.id}`, content),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/lead-forms'] });
      notifyDone(t('prospecting.inbound.saved'));
    },
  });
  const remove = useMutation({
    mutationFn: () => api.delete(`/lead-forms/${form.id}`),
    onSuccess: async () => {
      await navigate({ to: '/rooms/$stage', params: { stage: 'prospecting' }, search: { tab: 'inbound' } });
      await client.invalidateQueries({ queryKey: ['/lead-forms'] });
    },
  });
  const ask = () =>
    askFirst({
      title: t('prospecting.inbound.delete_title'),
      text: t('prospecting.inbound.delete_text'),
      confirm: t('prospecting.inbound.delete'),
      onConfirm: () => remove.mutate(),
    });
  return (
    <Page
      wide
      back={
        <Link to="/rooms/$stage" params={{ stage: 'prospecting' }} search={{ tab: 'inbound' }}>
          {t('prospecting.tab.inbound')}
        </Link>
      }
      title={form.content.name}
      actions={
        manager && (
          <>
            <Button variant="default" loading={remove.isPending} onClick={ask}>
              {t('prospecting.inbound.delete')}
            </Button>
            <Button
              disabled={JSON.stringify(content) === JSON.stringify(form.content)}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              {t('prospecting.inbound.save')}
            </Button>
          </>
        )
      }
    >
      <ProblemAlert error={save.error ?? remove.error} />
      <div className={classes.form}>
        <Stack gap="md">
          <Panel title={t('prospecting.inbound.where')}>
            <Switch
              mb="sm"
              label={t('prospecting.inbound.open')}
              checked={content.active}
              onChange={(event) => change({ active: event.currentTarget.checked })}
            />
            <CopyField label={t('prospecting.inbound.page')} value={form.page_url} />
            <CopyField
              label={t('prospecting.inbound.snippet')}
              hint={t('prospecting.inbound.snippet_hint')}
              value={snippetOf(form)}
            />
          </Panel>
          <LeadFormFields fields={content.fields} onChange={(fields) => change({ fields })} />
          <LeadFormTexts content={content} onChange={change} />
          <LeadFormRules content={content} onChange={change} />
        </Stack>
        <LeadFormPreview content={content} />
      </div>
    </Page>
  );
}
