import { Button, Group, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Company } from '@/api/model';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { ProspectFields } from './ProspectFields';
import {
  emptyRow,
  isBlank,
  type ProspectAnswer,
  type ProspectRow,
  type ProspectsAnswer,
  sendable,
  unfinished,
} from './prospects';

interface Line {
  id: number;
  row: ProspectRow;
  told?: ProspectAnswer;
}

interface ProspectsFormProps {
  company: Company;
  onDone?: () => void;
  autoFocus?: boolean;
}

/** Several people of a company at once; whoever is known already is shown instead of written down twice. */
export function ProspectsForm({ company, onDone, autoFocus }: ProspectsFormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [lines, setLines] = useState<Line[]>([{ id: 0, row: emptyRow }]);
  const change = (id: number, next: Partial<ProspectRow>) =>
    setLines((old) =>
      old.map((line) => (line.id === id ? { id, row: { ...line.row, ...next }, told: undefined } : line)),
    );
  const more = () => setLines((old) => [...old, { id: nextId(old), row: emptyRow }]);
  const save = useMutation({
    mutationFn: (rows: ProspectRow[]) =>
      api.post<ProspectsAnswer>(`/companies/${company.id}/prospects`, { people: sendable(rows) }),
    meta: { quiet: true },
    onSuccess: (answer, rows) => {
      for (const key of ['/companies', '/people', '/deals', '/research-queue']) {
        void client.invalidateQueries({ queryKey: [key] });
      }
      const added = answer.rows.filter((one) => one.person_id !== null).length;
      if (added > 0) notifyDone(t('prospecting.people.added', { count: added }));
      const left = unfinished(rows, answer.rows);
      setLines(left.length > 0 ? left.map((one, id) => ({ id, ...one })) : [{ id: 0, row: emptyRow }]);
      if (left.length === 0) onDone?.();
    },
  });
  const rows = lines.map((line) => line.row);
  const send = (all: ProspectRow[]) => {
    if (!all.every(isBlank)) save.mutate(all);
  };
  return (
    <form
      aria-label={t('prospecting.people.heading')}
      onSubmit={(event) => {
        event.preventDefault();
        send(rows);
      }}
    >
      <Stack gap="xs">
        {lines.map((line, index) => (
          <ProspectFields
            key={line.id}
            row={line.row}
            told={line.told}
            company={company}
            autoFocus={index === lines.length - 1 && (autoFocus || index > 0)}
            onChange={(next) => change(line.id, next)}
            onRemove={
              lines.length > 1 ? () => setLines((old) => old.filter((one) => one.id !== line.id)) : undefined
            }
            onAnyway={() => send(rows.map((row, at) => (at === index ? { ...row, anyway: true } : row)))}
          />
        ))}
        <ProblemAlert error={save.error} />
        <Group gap="xs">
          <Button type="submit" size="compact-sm" loading={save.isPending} disabled={rows.every(isBlank)}>
            {t('prospecting.people.save')}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconPlus size={14} />}
            onClick={more}
            disabled={lines.length >= 50}
          >
            {t('prospecting.people.more')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function nextId(lines: Line[]): number {
  return Math.max(...lines.map((line) => line.id)) + 1;
}
