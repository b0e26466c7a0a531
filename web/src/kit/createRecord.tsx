import { modals } from '@mantine/modals';
import i18next from 'i18next';
import type { Kind, RecordBase } from '@/api/model';
import { CreateForm } from './record/CreateForm';

interface CreateOptions {
  /** Values the page already knows, such as the company of a new person. */
  preset?: Record<string, unknown>;
  onCreated?: (record: RecordBase) => void;
}

/** Opens the form for a new company, person or deal over any page. */
export function createRecord(kind: Kind, options: CreateOptions = {}): void {
  const t = i18next.t;
  const id = modals.open({
    title: t(`records.${kind}.create`),
    closeButtonProps: { 'aria-label': t('kit.close') },
    children: (
      <CreateForm
        kind={kind}
        preset={options.preset}
        onDone={(record) => {
          modals.close(id);
          if (record) options.onCreated?.(record);
        }}
      />
    ),
  });
}
