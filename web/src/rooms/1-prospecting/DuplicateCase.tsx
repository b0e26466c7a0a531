import { Button, Group, Kbd, Skeleton, Title } from '@mantine/core';
import { IconArrowMerge, IconArrowsExchange, IconArrowsSplit2 } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { Comparison } from '@/kit/merge/Comparison';
import { type Choices, type MergeKind, otherSide, type Side } from '@/kit/merge/compare';
import { previewQuery } from '@/kit/merge/queries';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { useKeys } from '@/kit/useKeys';
import { DecidedCase } from './DecidedCase';
import { Score } from './DuplicateQueue';
import { type DuplicateCase as Case, caseQuery, type DuplicatePair } from './duplicates';
import classes from './duplicates.module.css';
import { EvidenceList } from './EvidenceList';
import type { useDecisions } from './useDecisions';

interface CaseProps {
  kind: MergeKind;
  pair: DuplicatePair;
  /** It has the page for itself. */
  alone?: boolean;
  decisions: ReturnType<typeof useDecisions>;
  /** Called just before the pair leaves the queue. */
  onDecided: () => void;
}

/** A pair with all there is to decide by. */
export function DuplicateCase({ kind, pair, alone, decisions, onDecided }: CaseProps) {
  const one = useQuery(caseQuery(kind, pair.id));
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that decided the pair before is gone: whoever reads on begins with this one.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Title order={alone ? 1 : 2} size="h2" ref={heading} tabIndex={-1} className={classes.heading}>
          {pair.a_name} · {pair.b_name}
        </Title>
        <Score words score={pair.score} />
      </Group>
      <EvidenceList kind={kind} evidence={pair.evidence} />
      <ProblemAlert error={one.error} retry={() => one.refetch()} />
      {one.isPending && <Skeleton h={240} />}
      {one.data &&
        (pair.state === 'open' ? (
          <Open kind={kind} of={one.data} decisions={decisions} onDecided={onDecided} />
        ) : (
          <DecidedCase kind={kind} of={one.data} decisions={decisions} />
        ))}
    </>
  );
}

type OpenProps = Omit<CaseProps, 'pair'> & { of: Case };

function Open({ kind, of, decisions, onDecided }: OpenProps) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [keep, setKeep] = useState<Side>(of.keep);
  const [choices, setChoices] = useState<Choices>({});
  const { records } = of;
  const preview = useQuery({
    ...previewQuery(kind, records[keep].id, records[otherSide(keep)].id),
    placeholderData: keepPreviousData,
  });
  const shown = preview.data ?? of.preview;
  const swap = () => setKeep(otherSide(keep));
  const merge = () => {
    onDecided();
    decisions.merge({ ...of, preview: shown }, { keep, choices });
  };
  const apart = () => {
    onDecided();
    decisions.reject(of.pair);
  };
  useKeys(canWrite ? { m: merge, n: apart, s: swap } : {});
  return (
    <>
      <Comparison
        kind={kind}
        records={records}
        keep={keep}
        preview={shown}
        choices={choices}
        onChoose={canWrite ? (field, side) => setChoices({ ...choices, [field]: side }) : undefined}
      />
      {canWrite && (
        <div className={classes.actions}>
          <Button leftSection={<IconArrowMerge size={14} />} rightSection={<Key of="m" />} onClick={merge}>
            {t('kit.merge.merge')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconArrowsSplit2 size={14} />}
            rightSection={<Key of="n" />}
            onClick={apart}
          >
            {t('prospecting.duplicates.reject')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconArrowsExchange size={14} />}
            rightSection={<Key of="s" />}
            onClick={swap}
          >
            {t('kit.merge.swap')}
          </Button>
        </div>
      )}
    </>
  );
}

function Key({ of }: { of: string }): ReactNode {
  return (
    <Kbd size="xs" className={classes.key} aria-hidden>
      {of}
    </Kbd>
  );
}
