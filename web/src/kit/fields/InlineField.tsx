import { ActionIcon, Group, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, Kind, RecordBase } from '@/api/model';
import { fieldOf, patchOf, usePatchRecord } from '@/api/records';
import { FieldInput } from './FieldInput';
import { FieldValue, linkKey } from './FieldValue';
import classes from './fields.module.css';
import { fieldLabel, isEmpty } from './labels';

/** Types whose every change is a whole answer, saved at once; the others wait for Enter or for leaving the field. */
const savedAtOnce = ['choice', 'yes_no', 'user', 'company', 'person'];

interface InlineFieldProps {
  kind: Kind;
  field: Field;
  record: RecordBase;
  /** Called when editing ends, saved or not. */
  onClose: () => void;
}

/** A field being edited where it stands. Enter or leaving saves, Esc keeps the old value. */
export function FieldEditor({ kind, field, record, onClose }: InlineFieldProps) {
  const before = fieldOf(record, field);
  const [value, setValue] = useState<unknown>(before ?? null);
  const patch = usePatchRecord(kind);
  const save = (next: unknown) => {
    onClose();
    if (JSON.stringify(next ?? null) !== JSON.stringify(before ?? null)) {
      patch.mutate({ record, changes: patchOf(field, next) });
    }
  };
  const fixedChoice = field.kind !== 'choice' || field.options.length > 0;
  const atOnce = (savedAtOnce.includes(field.kind) && fixedChoice) || field.key === 'country';
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the wrapper only listens to its input
    <div
      className={classes.editor}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') onClose();
        if (
          event.key === 'Enter' &&
          !atOnce &&
          !(event.target instanceof HTMLTextAreaElement) &&
          !Array.isArray(before)
        )
          save(value);
      }}
      onBlur={(event) => {
        if (event.currentTarget.contains(event.relatedTarget)) return;
        if (atOnce) onClose();
        else save(value);
      }}
    >
      <FieldInput
        field={field}
        value={value}
        autoFocus
        onChange={(next) => (atOnce ? save(next) : setValue(next))}
      />
    </div>
  );
}

/** One line of what is known about a record: name left, value right, a click edits. */
export function InlineField(props: {
  kind: Kind;
  field: Field;
  record: RecordBase;
  readOnly?: boolean;
  /** Said quietly below the value. */
  note?: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const [editing, setEditing] = useState(false);
  const { field, record } = props;
  const name = fieldLabel(field, i18n.language);
  const empty = isEmpty(fieldOf(record, field));
  // A link cannot stand inside the button that edits, so the button stands beside it.
  const linked = linkKey(field) !== null && !empty;
  const editable = field.editable && !props.readOnly;
  return (
    <Group className={classes.row} gap="xs" wrap="nowrap" align="flex-start">
      <Text c="dimmed" className={classes.name} title={name}>
        {name}
      </Text>
      {editing && (
        <FieldEditor kind={props.kind} field={field} record={record} onClose={() => setEditing(false)} />
      )}
      {!editing && (
        <div className={classes.noted}>
          {editable && linked && (
            <div className={classes.fixed}>
              <Group gap={4} wrap="nowrap" justify="space-between">
                <FieldValue field={field} record={record} />
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  className={classes.pencil}
                  onClick={() => setEditing(true)}
                  aria-label={t('kit.edit_field', { field: name })}
                >
                  <IconPencil size={13} />
                </ActionIcon>
              </Group>
            </div>
          )}
          {editable && !linked && (
            <UnstyledButton className={classes.value} onClick={() => setEditing(true)}>
              <VisuallyHidden>{t('kit.edit_field', { field: name })}</VisuallyHidden>
              {empty ? (
                <span className={classes.empty} aria-hidden>
                  {t('kit.empty_value')}
                </span>
              ) : (
                <FieldValue field={field} record={record} />
              )}
            </UnstyledButton>
          )}
          {!editable && (
            <div className={classes.fixed}>
              <FieldValue field={field} record={record} />
            </div>
          )}
          {props.note}
        </div>
      )}
    </Group>
  );
}
