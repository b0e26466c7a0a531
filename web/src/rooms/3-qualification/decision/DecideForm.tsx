import { Button, Group, SegmentedControl, Select, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { DayInput } from '@/kit/fields/DayInput';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { misfits } from './decisions';
import { type HonestMail, HonestMailFields } from './HonestMailFields';

const verdicts = ['qualified', 'need_more', 'disqualified'] as const;
type Verdict = (typeof verdicts)[number];
const ways = ['mail', 'yes', 'no'] as const;

/** It fits, it does not, or something has to be found out first. */
export function DecideForm({ deal, onDone }: { deal: Deal; onDone: () => void }) {
  const { t } = useTranslation();
  const [verdict, setVerdict] = useState<Verdict>('qualified');
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [told, setTold] = useState<(typeof ways)[number]>('mail');
  const [mail, setMail] = useState<HonestMail | null>(null);
  const [recheck, setRecheck] = useState<string | null>(null);
  const misfit = verdict === 'disqualified';
  const decide = useDealWrite(
    () =>
      api.post(`/deals/${deal.id}/decisions`, {
        verdict,
        reason: misfit ? reason : note.trim() || null,
        note: misfit ? note.trim() || null : null,
        told: misfit ? told : null,
        mail: misfit && told === 'mail' ? mail : null,
        recheck_on: verdict === 'qualified' ? null : recheck,
      }),
    onDone,
  );
  return (
    <Stack gap="xs" className={classes.box} mb="xs">
      <SegmentedControl
        aria-label={t('discovery.decision.decide')}
        value={verdict}
        onChange={(next) => setVerdict(next as Verdict)}
        data={verdicts.map((one) => ({ value: one, label: t(`discovery.decision.verdict.${one}`) }))}
      />
      {misfit && (
        <Group gap="xs" grow>
          <Select
            required
            label={t('cycle.field.misfit')}
            data={misfits.map((one) => ({ value: one, label: t(`cycle.misfit.${one}`) }))}
            value={reason}
            onChange={setReason}
          />
          <Select
            allowDeselect={false}
            label={t('cycle.field.told')}
            data={ways.map((one) => ({ value: one, label: t(`cycle.told.${one}`) }))}
            value={told}
            onChange={(next) => next && setTold(next as (typeof ways)[number])}
          />
        </Group>
      )}
      {misfit && told === 'mail' && <HonestMailFields deal={deal} mail={mail} onChange={setMail} />}
      {verdict !== 'qualified' && (
        <Textarea
          autosize
          minRows={2}
          required={verdict === 'need_more'}
          label={t(misfit ? 'cycle.field.note' : 'discovery.decision.what_is_missing')}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      )}
      {verdict !== 'qualified' && (
        <DayInput clearable label={t('discovery.decision.recheck')} value={recheck} onChange={setRecheck} />
      )}
      <ProblemAlert error={decide.error} />
      <Group justify="flex-end">
        <Button
          loading={decide.isPending}
          color={misfit ? 'red' : undefined}
          onClick={() => decide.mutate(undefined)}
        >
          {t(`discovery.decision.do.${verdict}`)}
        </Button>
      </Group>
    </Stack>
  );
}
