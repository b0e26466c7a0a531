import { Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Kind } from '@/api/model';
import { useFields } from '@/api/records';
import { fieldLabel } from '@/kit/fields/labels';
import { type ColumnSuggestion, type ImportView, links, type Target } from './imports';
import classes from './imports.module.css';

const ignore = 'ignore';
const custom = 'new-custom-field';

function choiceOf(target: Target): string {
  if (target.to === 'field') return target.key;
  return target.to === 'custom' ? custom : ignore;
}

interface ColumnsTableProps {
  kind: Kind;
  columns: ColumnSuggestion[];
  preview: ImportView['preview'];
  onChange: (columns: ColumnSuggestion[]) => void;
}

/** Header by header: what the column is taken for. Suggestions can be changed. */
export function ColumnsTable({ kind, columns, preview, onChange }: ColumnsTableProps) {
  const { t, i18n } = useTranslation();
  const fields = useFields(kind);
  const targetOf = (column: ColumnSuggestion, value: string): Target => {
    if (value === ignore) return { to: 'ignore' };
    if (value !== custom) return { to: 'field', key: value };
    if (column.target.to === 'custom') return column.target;
    const key = column.header
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^[^a-z]+|_+$/g, '');
    return {
      to: 'custom',
      key: key || `column_${column.column + 1}`,
      label: column.header,
      field_type: 'text',
    };
  };
  const samples = (column: number) =>
    [...new Set(preview.map((row) => row.cells[column]?.trim() ?? '').filter(Boolean))].slice(0, 3);
  const choose = (column: ColumnSuggestion, value: string) =>
    onChange(
      columns.map((other) => (other === column ? { ...column, target: targetOf(column, value) } : other)),
    );
  const choices = [
    { value: ignore, label: t('imports.ignore') },
    { value: custom, label: t('imports.custom') },
    ...links[kind].map((key) => ({ value: key, label: t(`imports.link.${key}`) })),
    ...fields
      .filter((field) => field.editable && field.kind !== 'user' && field.kind !== 'company')
      .map((field) => ({ value: field.key, label: fieldLabel(field, i18n.language) })),
  ];
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('imports.header')}</th>
            <th scope="col">{t('imports.target')}</th>
            <th scope="col">{t('imports.samples')}</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={column.column}>
              <th scope="row">{column.header}</th>
              <td>
                <Select
                  w={220}
                  searchable
                  allowDeselect={false}
                  aria-label={t('imports.target_of', { header: column.header })}
                  data={choices}
                  value={choiceOf(column.target)}
                  onChange={(value) => value && choose(column, value)}
                />
              </td>
              <td>
                <Text c="dimmed" truncate>
                  {samples(column.column).join(' · ')}
                </Text>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
