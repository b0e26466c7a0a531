import { Button, Group, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { MemberName } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { Comparison } from '@/kit/merge/Comparison';
import type { MergeKind, Side } from '@/kit/merge/compare';
import { notifyDone, notifyProblem } from '@/kit/notify';
import { type DuplicateCase, stateKey } from './duplicates';
import type { useDecisions } from './useDecisions';

interface DecidedProps {
  kind: MergeKind;
  of: DuplicateCase;
  decisions: ReturnType<typeof useDecisions>;
}

/** What was decided, by whom, and the way back. */
export function DecidedCase({ kind, of, decisions }: DecidedProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const { pair, records } = of;
  const merged = pair.state === 'merged';
  const back = useMutation({
    mutationFn: () => decisions.reopen(pair, []),
    meta: { quiet: true },
    onSuccess: () => notifyDone(t('kit.undone')),
    onError: notifyProblem,
  });
  const stayed: Side = records.a.deleted_at ? 'b' : 'a';
  return (
    <>
      <Group justify="space-between">
        <Text>
          {t(stateKey(pair.state))}
          <Text span c="dimmed">
            {' · '}
            {pair.decided_by ? <MemberName id={pair.decided_by} /> : t('kit.timeline.system')}
            {` · ${format.moment(pair.decided_at)}`}
          </Text>
        </Text>
        {canWrite && (
          <Button
            variant="default"
            leftSection={<IconArrowBackUp size={14} />}
            loading={back.isPending}
            onClick={() => back.mutate()}
          >
            {t(merged ? 'prospecting.duplicates.take_back' : 'prospecting.duplicates.reopen')}
          </Button>
        )}
      </Group>
      <Comparison
        kind={kind}
        records={records}
        keep={merged ? stayed : null}
        preview={{ changes: {}, differences: [] }}
        choices={{}}
      />
    </>
  );
}
