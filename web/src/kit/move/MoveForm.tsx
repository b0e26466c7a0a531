import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { gateQuery, type MoveKind, type MoveRequest } from '@/api/cycle';
import { Problem } from '@/api/http';
import type { Deal, StageKey } from '@/api/model';
import { GateList } from '../GateList';
import { ProblemAlert } from '../ProblemAlert';
import { MoveFields } from './MoveFields';
import { useSendMove } from './useMove';

interface MoveFormProps {
  deal: Deal;
  kind: MoveKind;
  to?: StageKey;
  onDone: () => void;
}

const overGate: MoveKind[] = ['advance_forced', 'skip', 'win', 'skip_no_objection', 'advance'];
const forced: MoveKind[] = ['advance_forced', 'skip'];

/** What a move still needs: the criteria in the way, and what has to be given. */
export function MoveForm({ deal, kind, to, onDone }: MoveFormProps) {
  const { t } = useTranslation();
  const gate = useQuery({ ...gateQuery(deal.id), enabled: overGate.includes(kind) });
  const send = useSendMove();
  const [request, setRequest] = useState<MoveRequest>(() => fresh(kind, deal, to));
  const missing = gate.data?.checks.filter((check) => check.verdict !== 'met') ?? [];
  const problems = send.error instanceof Problem ? send.error.errors : [];
  const asksReasons = forced.includes(kind) && missing.length > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate({ deal, request }, { onSuccess: onDone });
      }}
    >
      <Stack gap="sm">
        <Text c="dimmed" tabIndex={-1} data-autofocus>
          {t(`cycle.explain.${kind}`)}
        </Text>
        {overGate.includes(kind) && gate.data && <GateList checks={gate.data.checks} />}
        {asksReasons && !gate.data?.may_force && <Alert p="sm">{t('cycle.only_managers')}</Alert>}
        <MoveFields
          kind={kind}
          request={request}
          missing={asksReasons ? missing.map((check) => check.key) : []}
          problems={problems}
          onChange={(next) => setRequest((old) => ({ ...old, ...next }))}
        />
        <ProblemAlert error={send.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('kit.cancel')}
          </Button>
          <Button
            type="submit"
            loading={send.isPending}
            color={kind === 'lose' || kind === 'disqualify' ? 'red' : undefined}
          >
            {t(`cycle.move.${kind}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function fresh(kind: MoveKind, deal: Deal, to?: StageKey): MoveRequest {
  if (kind === 'win') return { kind, amount: deal.value ?? undefined };
  if (kind === 'reopen') return { kind, to: to ?? deal.stage };
  return kind === 'skip' || kind === 'back' ? { kind, to } : { kind };
}
