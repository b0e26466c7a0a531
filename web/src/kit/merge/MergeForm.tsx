import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowMerge, IconArrowsExchange } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordMerge } from '@/api/generated/model';
import type { RecordBase } from '@/api/model';
import { recordQuery } from '@/api/records';
import { ReferenceInput } from '../fields/ReferenceInput';
import { ProblemAlert } from '../ProblemAlert';
import { Comparison } from './Comparison';
import { type MergeKind, otherSide } from './compare';
import classes from './merge.module.css';
import { type Draft, mergeRecords, previewQuery } from './queries';

interface MergeFormProps {
  kind: MergeKind;
  record: RecordBase;
  /** The other record; looked for in the form when it is not known yet. */
  other?: RecordBase;
  onMerged: (merge: RecordMerge) => void;
}

/** Finds the other record, shows what the merge would make, and makes it. */
export function MergeForm({ kind, record, other, onMerged }: MergeFormProps) {
  const { t } = useTranslation();
  const [picked, setPicked] = useState<string | null>(other?.id ?? null);
  const found = useQuery({ ...recordQuery<RecordBase>(kind, picked ?? ''), enabled: picked !== null });
  return (
    <Stack gap="sm">
      {!other && (
        <ReferenceInput
          autoFocus
          kind={kind}
          without={record.id}
          label={t(`kit.merge.with_${kind}`)}
          value={picked}
          onChange={setPicked}
        />
      )}
      <ProblemAlert error={found.error} retry={() => found.refetch()} />
      {picked && found.data && (
        <Ahead key={picked} kind={kind} record={record} other={found.data} onMerged={onMerged} />
      )}
    </Stack>
  );
}

/** What the merge of two known records would make. */
function Ahead({ kind, record, other, onMerged }: Required<MergeFormProps>) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>({ keep: 'a', choices: {} });
  const ids = { a: record.id, b: other.id };
  const { keep, choices } = draft;
  const preview = useQuery({
    ...previewQuery(kind, ids[keep], ids[otherSide(keep)]),
    placeholderData: keepPreviousData,
  });
  const merge = useMutation({
    mutationFn: () => mergeRecords(kind, ids, draft, preview.data ?? { changes: {}, differences: [] }),
    onSuccess: onMerged,
  });
  if (preview.isError) return <ProblemAlert error={preview.error} retry={() => preview.refetch()} />;
  if (!preview.data) return <Skeleton h={160} />;
  return (
    <>
      <Comparison
        kind={kind}
        records={{ a: record, b: other }}
        keep={keep}
        preview={preview.data}
        choices={choices}
        onChoose={(field, side) => setDraft({ keep, choices: { ...choices, [field]: side } })}
      />
      <Text size="xs" c="dimmed">
        {t('kit.merge.text')}
      </Text>
      <Group justify="flex-end" className={classes.buttons}>
        <Button
          variant="default"
          leftSection={<IconArrowsExchange size={14} />}
          onClick={() => setDraft({ keep: otherSide(keep), choices })}
        >
          {t('kit.merge.swap')}
        </Button>
        <Button
          leftSection={<IconArrowMerge size={14} />}
          loading={merge.isPending}
          onClick={() => merge.mutate()}
        >
          {t('kit.merge.merge')}
        </Button>
      </Group>
    </>
  );
}
