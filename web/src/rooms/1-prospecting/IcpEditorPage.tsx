import { Button, Menu, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { fieldLabel } from '@/kit/fields/labels';
import { notifyDone } from '@/kit/notify';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { CriterionEditor } from './CriterionEditor';
import { IcpPreviewPanel } from './IcpPreviewPanel';
import {
  type Criterion,
  firstTest,
  type IcpProfile,
  icpProfileQuery,
  isWhole,
  useScorableFields,
} from './icp';
import classes from './icp.module.css';

export function IcpEditorPage() {
  const { id } = useParams({ from: '/app/icp/$id' });
  const profile = useQuery(icpProfileQuery(id));
  if (profile.isPending) return <Skeleton m="lg" h={300} />;
  if (profile.isError) return <ProblemAlert error={profile.error} retry={() => profile.refetch()} />;
  return <Editor key={`${id}.${profile.data.revision}`} profile={profile.data} />;
}

const settleMilliseconds = 400;

/** Criteria on the left; what they would do to the companies at hand on the right, as one types. */
function Editor({ profile }: { profile: IcpProfile }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const manager = useCan('manager');
  const fields = useScorableFields();
  const [name, setName] = useState(profile.name);
  const [criteria, setCriteria] = useState<Criterion[]>(profile.criteria);
  const [settled] = useDebouncedValue(criteria, settleMilliseconds);
  const save = useMutation({
    mutationFn: () => api.patch<IcpProfile>(`/icp-profiles/${profile.id}`, { name, criteria }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['/icp-profiles'] }),
  });
  const publish = useMutation({
    mutationFn: async () => {
      await api.patch(`/icp-profiles/${profile.id}`, { name, criteria });
      return api.post(`/icp-profiles/${profile.id}/publish`, {});
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/icp-profiles'] });
      notifyDone(t('prospecting.icp.rescoring'));
    },
  });
  const changed = name !== profile.name || JSON.stringify(criteria) !== JSON.stringify(profile.criteria);
  useLeaveGuard(changed);
  const add = (key: string, kind: string) =>
    setCriteria([
      ...criteria,
      { field: key, test: firstTest(kind), role: { type: 'weight', half: 'to_us', weight: 5 } },
    ]);
  return (
    <Page
      wide
      back={
        <Link to="/rooms/$stage" params={{ stage: 'prospecting' }} search={{ tab: 'icp' }}>
          {t('stage.prospecting.name')}
        </Link>
      }
      title={t('prospecting.icp.title')}
      lead={t('prospecting.icp.lead')}
      actions={
        manager && (
          <>
            <Button
              variant="default"
              renderRoot={(props) => <Link to="/icp/$id/questions" params={{ id: profile.id }} {...props} />}
            >
              {t('prospecting.questionnaire.go_on')}
            </Button>
            <Button
              variant="default"
              disabled={!changed}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              {t('prospecting.icp.save_draft')}
            </Button>
            <Button
              loading={publish.isPending}
              disabled={criteria.length === 0}
              onClick={() => publish.mutate()}
            >
              {t('prospecting.icp.publish')}
            </Button>
          </>
        )
      }
    >
      <div className={classes.editor}>
        <Panel>
          <TextInput
            label={t('prospecting.icp.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {criteria.map((criterion, index) => (
            <CriterionEditor
              // biome-ignore lint/suspicious/noArrayIndexKey: a field may be asked for twice
              key={index}
              criterion={criterion}
              field={fields.find((field) => field.key === criterion.field)}
              onChange={(next) => setCriteria(criteria.map((one, i) => (i === index ? next : one)))}
              onRemove={() => setCriteria(criteria.filter((_, i) => i !== index))}
            />
          ))}
          <Menu position="bottom-start">
            <Menu.Target>
              <Button mt="md" variant="light" leftSection={<IconPlus size={14} />}>
                {t('prospecting.icp.add')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown mah={360} style={{ overflow: 'auto' }}>
              {fields.map((field) => (
                <Menu.Item key={field.key} onClick={() => add(field.key, field.kind)}>
                  {fieldLabel(field, i18n.language)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </Panel>
        <IcpPreviewPanel criteria={settled.filter(isWhole)} />
      </div>
    </Page>
  );
}

/** Asks before the tab is closed over unsaved criteria. */
function useLeaveGuard(active: boolean) {
  useEffect(() => {
    if (!active) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [active]);
}
