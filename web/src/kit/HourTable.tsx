import { ScrollArea, Tooltip, VisuallyHidden } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';
import classes from './HourTable.module.css';

interface HourTableProps {
  label: string;
  /** What its rows are. */
  rows: string;
  hours: readonly number[];
  children: ReactNode;
}

/** Hours across, and below them rows of cells that are the darker the more there is to them. */
export function HourTable({ label, rows, hours, children }: HourTableProps) {
  return (
    <ScrollArea
      type="auto"
      offsetScrollbars="x"
      viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': label }}
    >
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">
              <VisuallyHidden>{rows}</VisuallyHidden>
            </th>
            {hours.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </ScrollArea>
  );
}

interface HourCellProps {
  /** The figure in a few letters. */
  figure: string;
  /** All that is known of the hour, in a sentence. */
  said: string;
  /** Further words for whoever points at it. */
  more?: string;
  /** From 0 to 100; null: too little is known for a colour. */
  strength: number | null;
  /** Nothing is known of this hour itself. */
  supposed?: boolean;
}

/** One hour of a row. */
export function HourCell({ figure, said, more, strength, supposed }: HourCellProps) {
  const style = strength === null ? undefined : ({ '--strength': strength } as CSSProperties);
  return (
    <Tooltip label={more ? `${said} ${more}` : said}>
      <td
        className={classes.cell}
        data-few={strength === null || undefined}
        data-supposed={supposed || undefined}
        style={style}
      >
        <span aria-hidden>{figure}</span>
        <VisuallyHidden>{said}</VisuallyHidden>
      </td>
    </Tooltip>
  );
}

/** An hour of which there is nothing to say. */
export function EmptyHour() {
  return <td className={classes.cell} data-few />;
}
