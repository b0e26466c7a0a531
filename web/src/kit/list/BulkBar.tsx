import { Button, CloseButton, Group, Popover, Select, Stack, Text } from '@mantine/core';
import { IconArrowMerge, IconPencil, IconSparkles, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Field, Kind, Person, RecordBase } from '@/api/model';
import { type BulkAnswer, bulk, patchOf, useRefresh } from '@/api/records';
import { FieldInput } from '../fields/FieldInput';
import { fieldLabel } from '../fields/labels';
import type { MergeKind } from '../merge/compare';
import { useMergeDialog } from '../merge/useMergeDialog';
import { notifyProblem, notifyUndo } from '../notify';
import { openEnrich } from '../openEnrich';
import { AddToList } from './AddToList';
import { BulkPeople } from './BulkPeople';
import classes from './list.module.css';

interface BulkBarProps {
  kind: Kind;
  fields: Field[];
  ids: string[];
  /** The rows that are ticked. */
  records: RecordBase[];
  /** The list that is open. */
  openList: string | null;
  onClear: () => void;
}

/** Acts on the rows that are ticked; both actions can be taken back. */
export function BulkBar({ kind, fields, ids, records, openList, onClear }: BulkBarProps) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const tell = (answer: BulkAnswer) => {
    const done = t('kit.list.bulk_done', { count: answer.changed });
    const refused =
      answer.refused.length > 0 ? ` · ${t('kit.list.bulk_refused', { count: answer.refused.length })}` : '';
    notifyUndo(done + refused, () => api.post(`/events/${answer.event_id}/undo`).then(() => refresh(kind)));
  };
  const run = async (action: 'update' | 'delete', changes?: object) => {
    try {
      tell(await bulk(kind, action, ids, changes));
      onClear();
      await refresh(kind);
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <Group
      className={classes.bulk}
      gap="xs"
      role="toolbar"
      aria-label={t('kit.list.selected', { count: ids.length })}
    >
      <Text fw={600} aria-live="polite">
        {t('kit.list.selected', { count: ids.length })}
      </Text>
      <BulkEdit fields={fields} onApply={(field, value) => run('update', patchOf(field, value))} />
      {kind !== 'deal' && <AddToList kind={kind} ids={ids} openList={openList} onDone={onClear} />}
      {kind === 'person' && <BulkPeople people={records as Person[]} />}
      {kind !== 'deal' && (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconSparkles size={14} />}
          onClick={() => openEnrich(kind, ids)}
        >
          {t('enrichment.enrich')}
        </Button>
      )}
      {kind !== 'deal' && ids.length === 2 && <BulkMerge kind={kind} records={records} onMerged={onClear} />}
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        leftSection={<IconTrash size={14} />}
        onClick={() => run('delete')}
      >
        {t('kit.list.bulk_delete')}
      </Button>
      <CloseButton ml="auto" size="sm" onClick={onClear} aria-label={t('kit.clear')} />
    </Group>
  );
}

interface BulkMergeProps {
  kind: MergeKind;
  records: RecordBase[];
  onMerged: () => void;
}

/** Two that mean the same become one. */
function BulkMerge({ kind, records, onMerged }: BulkMergeProps) {
  const { t } = useTranslation();
  const open = useMergeDialog(kind);
  const [one, other] = records;
  if (!one || !other) return null;
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<IconArrowMerge size={14} />}
      onClick={() => open(one, { other, onMerged })}
    >
      {t('kit.merge.merge')}
    </Button>
  );
}

function BulkEdit({ fields, onApply }: { fields: Field[]; onApply: (field: Field, value: unknown) => void }) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState<string | null>(null);
  const [value, setValue] = useState<unknown>(null);
  const editable = fields.filter((field) => field.editable);
  const field = editable.find((one) => one.key === key);
  return (
    <Popover opened={open} onChange={setOpen} trapFocus position="top-start">
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPencil size={14} />}
          onClick={() => setOpen(!open)}
        >
          {t('kit.list.bulk_edit')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setOpen(false);
            if (field) onApply(field, value);
          }}
        >
          <Stack gap="xs" w={260}>
            <Select
              searchable
              label={t('kit.list.field')}
              comboboxProps={{ withinPortal: false }}
              data={editable.map((one) => ({ value: one.key, label: fieldLabel(one, i18n.language) }))}
              value={key}
              onChange={(next) => {
                setKey(next);
                setValue(null);
              }}
            />
            {field && <FieldInput key={field.key} labelled field={field} value={value} onChange={setValue} />}
            <Button type="submit" disabled={!field}>
              {t('kit.list.apply')}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
