import type { ComponentType } from 'react';
import type { Field, RecordBase } from '@/api/model';

/** A column that is no field of the record: what a room knows of it. Neither sorted, filtered nor edited. */
export interface Extra {
  key: string;
  label: Field['label'];
  /** Pixels. */
  width: number;
  Cell: ComponentType<{ record: RecordBase }>;
}

/** The column as lists know columns. */
export function extraField({ key, label }: Extra): Field {
  return {
    key,
    label,
    kind: 'text',
    options: [],
    unit: null,
    custom: false,
    sortable: false,
    editable: false,
    required: false,
    multiline: false,
  };
}
