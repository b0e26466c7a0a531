import { Anchor, Button, List } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { askFirst } from '@/kit/askFirst';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { Lines } from './Lines';
import { Measures } from './Measures';
import { Speakers } from './Speakers';
import { Suggestions } from './Suggestions';
import { type TalkView, talkQuery } from './talk';
import classes from './talk.module.css';

/** What was said in a call or a meeting, what the talk was like, and what may be worth keeping. */
export function TalkPage() {
  const { id } = useParams({ from: '/app/talks/$id' });
  const { data, error } = useQuery(talkQuery(id));
  if (!data) return <ProblemAlert error={error} />;
  return <Talk talk={data} />;
}

function Talk({ talk }: { talk: TalkView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const client = useQueryClient();
  const navigate = useNavigate();
  const back = talk.deal_id ? `/deals/${talk.deal_id}` : '/talks';
  const remove = useMutation({
    mutationFn: () => api.delete(`/transcripts/${talk.id}`),
    onSuccess: async () => {
      notifyDone(t('talk.deleted'));
      await navigate({ to: back });
      await client.invalidateQueries({ queryKey: ['/transcripts'] });
    },
  });
  const ask = () =>
    askFirst({
      title: t('talk.delete'),
      text: t('talk.delete_sure'),
      confirm: t('talk.delete'),
      onConfirm: () => remove.mutate(),
    });
  const how = t(`talk.consent.${talk.consent_how}`);
  return (
    <Page
      title={`${t(`talk.${talk.activity_kind}`)} · ${format.dateTime(talk.held_at)}`}
      lead={[talk.person_name, talk.company_name, t('talk.consent.line', { how, by: talk.consent_by })]
        .filter(Boolean)
        .join(' · ')}
      wide
      back={
        <Anchor component={Link} to={back} size="xs">
          {talk.deal_id ? t('talk.back') : t('talk.title')}
        </Anchor>
      }
      actions={
        <>
          <Button component={Link} to="/talks" variant="default">
            {t('talk.trend')}
          </Button>
          {canWrite && (
            <Button variant="subtle" color="red" onClick={ask}>
              {t('talk.delete')}
            </Button>
          )}
        </>
      }
    >
      <div className={classes.columns}>
        <div>
          {talk.talk && <Measures talk={talk} figures={talk.talk} />}
          <Speakers key={JSON.stringify(talk.speakers)} talk={talk} />
          <Suggestions talk={talk} />
          {talk.notes.length > 0 && (
            <Panel title={t('talk.notes')}>
              <List size="sm">
                {talk.notes.map((note) => (
                  <List.Item key={note.line}>
                    {t('talk.refused', {
                      line: note.line,
                      why: textOr(t, `talk.note.${note.what}`, note.what),
                    })}
                  </List.Item>
                ))}
              </List>
            </Panel>
          )}
        </div>
        <Lines talk={talk} />
      </div>
    </Page>
  );
}
