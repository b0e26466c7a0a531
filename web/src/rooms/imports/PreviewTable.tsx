import { useTranslation } from 'react-i18next';
import type { ColumnSuggestion, ImportView } from './imports';
import classes from './imports.module.css';

/** The first rows as they would be read. */
export function PreviewTable({
  columns,
  preview,
}: {
  columns: ColumnSuggestion[];
  preview: ImportView['preview'];
}) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className={classes.scroll} tabIndex={0} aria-label={t('imports.preview')}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('imports.row')}</th>
            {columns.map((column) => (
              <th key={column.column} scope="col">
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.map((row) => (
            <tr key={row.line} title={row.refused ?? undefined} data-refused={row.refused ? true : undefined}>
              <th scope="row">{row.line}</th>
              {columns.map((column) => (
                <td key={column.column}>{row.cells[column.column]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
