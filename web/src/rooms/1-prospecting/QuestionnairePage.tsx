import { Anchor, Button, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, Problem } from '@/api/http';
import { textOr } from '@/i18n/texts';
import { notifyDone } from '@/kit/notify';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { lackingHalf } from './icp';
import classes from './icp.module.css';
import { QuestionField } from './QuestionField';
import {
  type FinishedQuestionnaire,
  type IcpAnswer,
  nextUnanswered,
  parts,
  type Questionnaire,
  questionnaireQuery,
} from './questionnaire';

function goTo(key: string | null) {
  const input = key && document.getElementById(`question-${key}`);
  if (!input) return;
  input.scrollIntoView({ block: 'center' });
  input.focus();
}

/** Keeps each answer as one leaves its question, and remembers which was refused and why. */
function useAnswers(id: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [refused, setRefused] = useState<Record<string, string | undefined>>({});
  const { queryKey } = questionnaireQuery(id);
  const save = useMutation({
    scope: { id: `questionnaire ${id}` },
    // Said beside the question.
    meta: { quiet: true },
    mutationFn: ({ key, answer }: { key: string; answer: IcpAnswer }) =>
      api.put<Questionnaire>(`/icp-profiles/${id}/questionnaire/${key}`, answer),
    onSuccess: (kept, { key }) => {
      client.setQueryData(queryKey, kept);
      setRefused((old) => ({ ...old, [key]: undefined }));
    },
    onError: (why, { key }) => {
      const code = why instanceof Problem ? why.errors[0]?.code : undefined;
      const said = code ? textOr(t, `error.field.${code}`, why.message) : why.message;
      const words = code === 'invalid' ? t('prospecting.questionnaire.no_span') : said;
      setRefused((old) => ({ ...old, [key]: words }));
    },
  });
  return { refused, save };
}

export function QuestionnairePage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/app/icp/$id/questions' });
  const asked = useQuery(questionnaireQuery(id));
  const { refused, save } = useAnswers(id);
  if (asked.isPending) return <Skeleton m="lg" h={300} />;
  if (asked.isError) return <ProblemAlert error={asked.error} retry={() => asked.refetch()} />;
  const { questions } = asked.data;
  return (
    <Page
      wide
      back={
        <Link to="/icp/$id" params={{ id }}>
          {t('prospecting.icp.title')}
        </Link>
      }
      title={t('prospecting.questionnaire.title')}
      lead={t('prospecting.questionnaire.lead')}
    >
      <div className={classes.editor}>
        <Stack gap="md">
          {parts.map((part) => (
            <Panel key={part} title={t(`prospecting.questionnaire.part.${part}`)}>
              {questions
                .filter((one) => one.part === part)
                .map((one) => (
                  <QuestionField
                    key={one.key}
                    question={one}
                    error={refused[one.key]}
                    onSave={(answer) => save.mutate({ key: one.key, answer })}
                    onNext={() => goTo(nextUnanswered(asked.data, one.key))}
                  />
                ))}
            </Panel>
          ))}
        </Stack>
        <Standing id={id} asked={asked.data} />
      </div>
    </Page>
  );
}

/** How far it is, what is left, and the end. */
function Standing({ id, asked }: { id: string; asked: Questionnaire }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const finish = useMutation({
    // What stands after every answer that is still on its way.
    scope: { id: `questionnaire ${id}` },
    meta: { quiet: true },
    mutationFn: () => api.post<FinishedQuestionnaire>(`/icp-profiles/${id}/questionnaire/finish`, {}),
    onSuccess: async ({ derived, profile }) => {
      await client.invalidateQueries({ queryKey: ['/icp-profiles'] });
      const lacking = lackingHalf(profile.criteria);
      notifyDone(
        [
          t('prospecting.questionnaire.finished', { count: derived }),
          lacking && t(`prospecting.questionnaire.lacking.${lacking}`),
        ]
          .filter(Boolean)
          .join(' '),
      );
      await navigate({ to: '/icp/$id', params: { id } });
    },
  });
  const [all, left] = [asked.questions.length, asked.unanswered.length];
  return (
    <aside className={classes.preview}>
      <Panel title={t('prospecting.questionnaire.progress', { done: all - left, all })}>
        <Progress
          value={(100 * (all - left)) / all}
          aria-label={t('prospecting.questionnaire.progress', { done: all - left, all })}
        />
        <Button
          fullWidth
          mt="sm"
          loading={finish.isPending}
          disabled={left === all}
          onClick={() => finish.mutate()}
        >
          {t('prospecting.questionnaire.finish')}
        </Button>
        <ProblemAlert error={finish.error} />
        <Text size="xs" c="dimmed" mt="sm">
          {t('prospecting.questionnaire.keys')}
        </Text>
        <Text fw={600} size="sm" mt="md">
          {t(left > 0 ? 'prospecting.questionnaire.unanswered' : 'prospecting.questionnaire.all_answered')}
        </Text>
        <ul className={classes.unanswered}>
          {asked.unanswered.map((key) => (
            <li key={key}>
              <Anchor component="button" type="button" size="xs" ta="start" onClick={() => goTo(key)}>
                {t(`prospecting.questionnaire.question.${key}.ask` as never)}
              </Anchor>
            </li>
          ))}
        </ul>
      </Panel>
    </aside>
  );
}
