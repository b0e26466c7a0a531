import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Check, gateQuery, type MoveKind, type MoveRequest } from '@/api/cycle';
import { Problem } from '@/api/http';
import type { Deal, StageKey } from '@/api/model';
import { GateList } from '../GateList';
import { ProblemAlert } from '../ProblemAlert';
import { fieldProblems } from '../problems';
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

/** What the server found lacking, and whether reasons would do instead. */
interface Refusal {
  missing: Check[];
  can_force?: boolean;
}

function refusalOf(error: unknown): Refusal | null {
  const facts = error instanceof Problem ? (error.body.facts as Partial<Refusal> | undefined) : undefined;
  return facts?.missing ? { missing: facts.missing, can_force: facts.can_force } : null;
}

/** What a move still needs: the criteria in the way, and what has to be given. */
export function MoveForm({ deal, kind, to, onDone }: MoveFormProps) {
  const { t } = useTranslation();
  const gate = useQuery({ ...gateQuery(deal.id), enabled: overGate.includes(kind) });
  const send = useSendMove();
  const [request, setRequest] = useState<MoveRequest>(() => fresh(kind, deal, to));
  const [asked, setAsked] = useState<string[]>([]);
  const refusal = refusalOf(send.error);
  const problems = fieldProblems(t, send.error);
  const open = gate.data?.checks.filter((check) => check.verdict !== 'met').map((check) => check.key) ?? [];
  const missing = [...new Set([...(forced.includes(kind) ? open : []), ...asked])];
  const checks = refusal?.missing ?? (overGate.includes(kind) ? gate.data?.checks : undefined);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate(
          { deal, request },
          {
            onSuccess: onDone,
            onError: (error) => {
              const lacking = refusalOf(error);
              if (lacking?.can_force) setAsked(lacking.missing.map((check) => check.key));
            },
          },
        );
      }}
    >
      <Stack gap="sm">
        <Text c="dimmed" tabIndex={-1} data-autofocus>
          {t(`cycle.explain.${kind}`)}
        </Text>
        {checks && <GateList checks={checks} />}
        {missing.length > 0 && gate.data?.may_force === false && (
          <Alert p="sm">{t('cycle.only_managers')}</Alert>
        )}
        <MoveFields
          deal={deal}
          kind={kind}
          request={request}
          missing={missing}
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
