import { Badge, Button, Group, SegmentedControl, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Kind } from '@/api/model';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { type CustomField, fieldKinds, NewFieldForm } from './NewFieldForm';
import classes from './settings.module.css';
import { useSave } from './useSave';

const kinds: Kind[] = ['company', 'person', 'deal'];

/** Fields the workspace makes up itself; they appear in forms, lists, filters, import and the API at once. */
export function FieldsSection() {
  const { t, i18n } = useTranslation();
  const [on, setOn] = useState<Kind>('company');
  const [adding, setAdding] = useState(false);
  const fields = useQuery({
    queryKey: ['/custom-fields', on],
    queryFn: () => api.get<CustomField[]>(`/custom-fields?on=${on}`),
  });
  const archive = useSave(
    ({ id, archived }: { id: string; archived: boolean }) => api.patch(`/custom-fields/${id}`, { archived }),
    ['/custom-fields', '/fields'],
  );
  return (
    <Panel
      title={t('settings.section.fields')}
      lead={t('settings.fields.lead')}
      actions={!adding && <Button onClick={() => setAdding(true)}>{t('settings.fields.add')}</Button>}
    >
      <SegmentedControl
        mb="sm"
        aria-label={t('settings.fields.on')}
        value={on}
        onChange={(next) => setOn(next as Kind)}
        data={kinds.map((kind) => ({ value: kind, label: t(`records.${kind}.many`) }))}
      />
      {adding && <NewFieldForm on={on} onDone={() => setAdding(false)} />}
      <ProblemAlert error={fields.error} />
      {fields.data?.length === 0 && !adding && <Text c="dimmed">{t('settings.fields.none')}</Text>}
      {fields.data?.map((field) => {
        const kind = fieldKinds.find((one) => one === field.kind);
        return (
          <Group key={field.id} justify="space-between" wrap="nowrap" className={classes.line}>
            <div>
              <Group gap="xs">
                <Text fw={500}>{i18n.language === 'ko' ? field.label.ko : field.label.en}</Text>
                {field.archived_at && (
                  <Badge variant="light" color="gray" tt="none">
                    {t('settings.fields.archived')}
                  </Badge>
                )}
              </Group>
              <Text size="xs" c="dimmed">
                custom.{field.key} · {kind ? t(`settings.kind.${kind}`) : field.kind}
              </Text>
            </div>
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => archive.mutate({ id: field.id, archived: !field.archived_at })}
            >
              {t(field.archived_at ? 'settings.fields.use_again' : 'settings.fields.archive')}
            </Button>
          </Group>
        );
      })}
    </Panel>
  );
}
