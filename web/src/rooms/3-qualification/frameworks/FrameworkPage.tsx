import { Button, Skeleton, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Framework, Outline } from '@/api/generated/model';
import { api, http, Problem } from '@/api/http';
import { useCan } from '@/app/session';
import { notifyDone } from '@/kit/notify';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { said } from '../cockpit/talks';
import { ArchiveFramework } from './ArchiveFramework';
import { Standing } from './Frameworks';
import { frameworkQuery, newKey, noText } from './frameworks';
import { QuestionEditors } from './QuestionEditors';
import { TextPair } from './TextPair';

export function FrameworkPage() {
  const { id } = useParams({ from: '/app/frameworks/$id' });
  const framework = useQuery(frameworkQuery(id));
  if (framework.isPending) return <Skeleton m="lg" h={300} />;
  if (framework.isError) return <ProblemAlert error={framework.error} retry={() => framework.refetch()} />;
  return <Editor key={`${id}.${framework.data.revision}`} framework={framework.data} />;
}

/** The working copy: its questions in their order, saved as a whole and published as the next version. */
function Editor({ framework }: { framework: Framework }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const isManager = useCan('manager');
  const [outline, setOutline] = useState<Outline>(framework.outline);
  const dirty = JSON.stringify(outline) !== JSON.stringify(framework.outline);
  const path = `/frameworks/${framework.id}`;
  const refresh = () => client.invalidateQueries({ queryKey: ['/frameworks'] });
  const put = () =>
    http<Framework>(api.url(path), {
      method: 'PUT',
      body: JSON.stringify(outline),
      headers: { 'Content-Type': 'application/json', 'If-Match': `"${framework.revision}"` },
    });
  const save = useMutation({ mutationFn: put, meta: { quiet: true }, onSuccess: refresh });
  const publish = useMutation({
    mutationFn: async () => {
      if (dirty) await put();
      return api.post<Framework>(`${path}/publish`, {});
    },
    meta: { quiet: true },
    onSuccess: async (made) => {
      await refresh();
      notifyDone(t('discovery.published', { number: made.version }));
    },
  });
  const add = () =>
    setOutline({
      ...outline,
      questions: [
        ...outline.questions,
        {
          key: newKey(outline.questions),
          ask: noText,
          purpose: noText,
          follow_ups: [],
          material: [],
          in_form: true,
        },
      ],
    });
  const wrong = save.error ?? publish.error;
  const faults = wrong instanceof Problem ? wrong.errors : [];
  return (
    <Page
      back={
        <Link to="/rooms/$stage" params={{ stage: 'qualification' }} search={{ tab: 'frameworks' }}>
          {t('discovery.frameworks')}
        </Link>
      }
      title={said(outline.name, i18n.language)}
      actions={
        isManager && (
          <>
            <Standing framework={framework} />
            <ArchiveFramework id={framework.id} />
            <Button
              variant="default"
              disabled={!dirty}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              {t('kit.save')}
            </Button>
            <Button
              disabled={!dirty && !framework.changed}
              loading={publish.isPending}
              onClick={() => publish.mutate()}
            >
              {t('discovery.publish')}
            </Button>
          </>
        )
      }
    >
      <ProblemAlert error={wrong} />
      <Panel>
        <Stack gap="sm">
          <TextPair
            label={t('discovery.name')}
            value={outline.name}
            faults={faults}
            place="name"
            onChange={(name) => setOutline({ ...outline, name })}
          />
          <TextPair
            label={t('discovery.purpose')}
            value={outline.purpose ?? noText}
            faults={faults}
            place="purpose"
            onChange={(purpose) => setOutline({ ...outline, purpose })}
          />
        </Stack>
      </Panel>
      <QuestionEditors
        questions={outline.questions}
        faults={faults}
        onChange={(questions) => setOutline({ ...outline, questions })}
      />
      {isManager && (
        <Button variant="light" onClick={add}>
          {t('discovery.add_question')}
        </Button>
      )}
    </Page>
  );
}
