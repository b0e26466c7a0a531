import { Button, Stack, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { gateQuery, nextStepQuery } from '@/api/cycle';
import { type Deal, type StageKey, stageKeys } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { GateList } from '@/kit/GateList';
import { moveTo, useStartMove } from '@/kit/move/useMove';
import { RecordSection, useShowTab } from '@/kit/record/RecordLayout';
import { stageColor } from '@/kit/StageDot';
import { Ended } from './Ended';
import classes from './records.module.css';

/** What the process asks for next, where the deal stands, and what the gate still lacks. */
export function NextStep({ deal, onRoom }: { deal: Deal; onRoom: (room: StageKey) => void }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const step = useQuery(nextStepQuery(deal.id));
  const gate = useQuery(gateQuery(deal.id));
  const start = useStartMove();
  const show = useShowTab();
  const open = deal.status === 'open' || deal.status === 'not_yet';
  const next = stageKeys[stageKeys.indexOf(deal.stage) + 1];
  return (
    <>
      <StageTrack deal={deal} />
      {!open && (
        <Ended
          deal={deal}
          onPlan={() => {
            onRoom('closing');
            show('timeline');
          }}
        />
      )}
      {open && step.data && (
        <Stack gap="xs" className={classes.step}>
          <Text fw={600}>{textOr(t, `cycle.step.${step.data.key}`, step.data.key)}</Text>
          {canWrite && step.data.move && (
            <Button
              rightSection={<IconArrowRight size={14} />}
              onClick={() => step.data?.move && start(deal, step.data.move, next)}
            >
              {t(`cycle.move.${step.data.move}`)}
            </Button>
          )}
          {canWrite && !step.data.move && (
            <Button
              variant="light"
              onClick={() => {
                if (step.data) onRoom(step.data.room);
                show('timeline');
              }}
            >
              {t('cycle.open_room', { room: t(`stage.${step.data.room}.name`) })}
            </Button>
          )}
        </Stack>
      )}
      {open && gate.data && (
        <RecordSection title={t('cycle.gate_of', { stage: t(`stage.${deal.stage}.name`) })}>
          <GateList checks={gate.data.checks} />
          {canWrite && next && !step.data?.move && deal.status === 'open' && (
            <Button
              mt="xs"
              fullWidth
              variant="default"
              rightSection={<IconArrowRight size={14} />}
              onClick={() => start(deal, moveTo(deal, next), next)}
            >
              {t('cycle.advance_to', { stage: t(`stage.${next}.name`) })}
            </Button>
          )}
        </RecordSection>
      )}
    </>
  );
}

function StageTrack({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const at = stageKeys.indexOf(deal.stage);
  const summary = t('cycle.stage_of', { number: at + 1, stage: t(`stage.${deal.stage}.name`) });
  return (
    <div role="img" aria-label={summary} className={classes.track}>
      {stageKeys.map((stage, index) => (
        <span
          key={stage}
          className={classes.trackStage}
          title={t(`stage.${stage}.name`)}
          style={index <= at ? { background: stageColor(stage) } : undefined}
        />
      ))}
    </div>
  );
}
