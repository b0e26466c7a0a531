import { Button, Collapse, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ScaleBar } from '@/kit/ScaleBar';
import { At } from './At';
import { type Moment, type MomentKind, rowsOf, type Sides, type TalkFigures, type TalkView } from './talk';
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
  const { share, patience } = figures;
  const waited = patience && {
    n: format.number(patience.median, 1),
    count: patience.changes,
  };
  return (
    <Panel title={t('talk.measures')}>
      <dl className={classes.measures}>
        <Measure name="share" value={share === null ? unsaid : format.percent(share, 0)}>
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
          rows={[talk, 'longest_monologue']}
          value={figures.longest_monologue ? both(figures.longest_monologue, seconds) : unsaid}
        />
        <Measure name="patience" rows={[talk, 'pause']} value={patience ? seconds(patience.mean) : unsaid}>
          {patience && waited && (
            <Text size="xs" c="dimmed">
              {patience.too_few ? t('talk.few', { count: patience.changes }) : t('talk.median', waited)}
            </Text>
          )}
        </Measure>
        <Measure
          name="interruptions"
          rows={[talk, 'interruption']}
          value={figures.interruptions ? both(figures.interruptions, plain) : unsaid}
        />
        <Measure name="questions" rows={[talk, 'question']} value={both(figures.questions, plain)} />
        <Measure name="turns" value={plain(figures.turns)} />
      </dl>
    </Panel>
  );
}

interface MeasureProps {
  name: 'share' | 'longest' | 'patience' | 'interruptions' | 'questions' | 'turns';
  value: string;
  rows?: [TalkView, MomentKind];
  children?: React.ReactNode;
}

function Measure({ name, value, rows, children }: MeasureProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const found = rows ? rowsOf(rows[0].moments, rows[1]) : [];
  const what = t(`talk.measure.${name}`);
  return (
    <div className={classes.measure}>
      <dt>{what}</dt>
      <dd>
        {rows && found.length > 0 ? (
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
        {rows && (
          <Collapse expanded={open}>
            {found.map((moment) => (
              <Row key={`${moment.cue} ${moment.side} ${moment.text}`} moment={moment} talk={rows[0]} />
            ))}
          </Collapse>
        )}
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
