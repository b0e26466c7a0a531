import { Button, Collapse, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ScaleBar } from '@/kit/ScaleBar';
import { At } from './At';
import {
  type Moment,
  type MomentKind,
  rowsOf,
  type Sides,
  type TalkFigures,
  type TalkView,
  turnsOf,
} from './talk';
import classes from './talk.module.css';

/** The figures of a talk, each with what it means and the rows behind it. */
export function Measures({ talk, figures }: { talk: TalkView; figures: TalkFigures }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seconds = (n: number) => t('talk.seconds', { n: format.number(n, 1) });
  const both = (sides: Sides, show: (n: number) => string) =>
    t('talk.us_them', { rep: show(sides.rep), prospect: show(sides.prospect) });
  const plain = (n: number) => format.number(n, 0);
  const unsaid = t('talk.unsaid');
  const rows = (kind: MomentKind) =>
    rowsOf(talk.moments, kind).map((moment) => (
      <Row key={`${moment.cue} ${moment.side} ${moment.text}`} moment={moment} talk={talk} />
    ));
  const parts = figures.speakers.map((part) => (
    <Text key={part.name} size="sm">
      {part.name} · {t(`talk.${part.side}`)} · {part.seconds === null ? '' : seconds(part.seconds)}
    </Text>
  ));
  const turns = turnsOf(talk.cues).map((nth) => (
    <Text key={nth} size="sm">
      <At cue={nth} start={talk.cues[nth]?.start ?? null} /> {talk.cues[nth]?.speaker}
    </Text>
  ));
  const { share, patience } = figures;
  const waited = patience && {
    n: format.number(patience.median, 2),
    count: patience.changes,
  };
  return (
    <Panel title={t('talk.measures')}>
      <dl className={classes.measures}>
        <Measure name="share" rows={parts} value={share === null ? unsaid : format.percent(share, 0)}>
          {figures.seconds && (
            <>
              <ScaleBar
                label={t('talk.measure.share')}
                color="var(--mantine-primary-color-6)"
                value={share}
                interval={null}
              />
              <Text size="xs" c="dimmed">
                {t('talk.ratio', {
                  rep: seconds(figures.seconds.rep),
                  prospect: seconds(figures.seconds.prospect),
                })}
              </Text>
            </>
          )}
        </Measure>
        <Measure
          name="longest"
          rows={rows('longest_monologue')}
          value={figures.longest_monologue ? both(figures.longest_monologue, seconds) : unsaid}
        />
        <Measure
          name="patience"
          rows={rows('pause')}
          value={patience ? t('talk.seconds', { n: format.number(patience.mean, 2) }) : unsaid}
        >
          {patience && waited && (
            <Text size="xs" c="dimmed">
              {patience.too_few ? t('talk.few', { count: patience.changes }) : t('talk.median', waited)}
            </Text>
          )}
        </Measure>
        <Measure
          name="interruptions"
          rows={rows('interruption')}
          value={figures.interruptions ? both(figures.interruptions, plain) : unsaid}
        />
        <Measure name="questions" rows={rows('question')} value={both(figures.questions, plain)} />
        <Measure name="turns" rows={turns} value={plain(figures.turns)} />
      </dl>
    </Panel>
  );
}

interface MeasureProps {
  name: 'share' | 'longest' | 'patience' | 'interruptions' | 'questions' | 'turns';
  value: string;
  /** What it is made of. */
  rows: ReactNode[];
  children?: ReactNode;
}

function Measure({ name, value, rows, children }: MeasureProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const what = t(`talk.measure.${name}`);
  return (
    <div className={classes.measure}>
      <dt>{what}</dt>
      <dd>
        {rows.length > 0 ? (
          <Button
            variant="subtle"
            size="compact-md"
            px={0}
            aria-expanded={open}
            aria-label={`${value}. ${t('talk.rows', { what })}`}
            onClick={() => setOpen(!open)}
          >
            {value}
          </Button>
        ) : (
          <Text fw={600}>{value}</Text>
        )}
        {children}
        <Text size="xs" c="dimmed">
          {t(`talk.how.${name}`)}
        </Text>
        <Collapse expanded={open} className={classes.row}>
          {rows}
        </Collapse>
      </dd>
    </div>
  );
}

function Row({ moment, talk }: { moment: Moment; talk: TalkView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cue = talk.cues[moment.cue];
  const length = moment.seconds === null ? '' : t('talk.seconds', { n: format.number(moment.seconds, 1) });
  return (
    <Text size="sm" className={classes.row}>
      <At cue={moment.cue} start={cue?.start ?? null} /> {cue?.speaker} {length} {moment.text}
    </Text>
  );
}
