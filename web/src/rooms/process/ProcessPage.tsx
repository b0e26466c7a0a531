import { Badge, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { currentProcessQuery, type Words, wordIn } from '@/api/process';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { StageDot } from '@/kit/StageDot';
import classes from './process.module.css';

const criterionKey = (criterion: string | Record<string, unknown>) =>
  typeof criterion === 'string' ? criterion : (Object.keys(criterion)[0] ?? '');

/** The team's way of selling as it stands: seven stages, what opens each gate, what is to be done on entry. */
export function ProcessPage() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const current = useQuery(currentProcessQuery);
  const word = (words: Words) => wordIn(words, i18n.language);
  if (current.isPending) return <Skeleton m="lg" h={300} />;
  if (current.isError) return <ProblemAlert error={current.error} retry={() => current.refetch()} />;
  const { definition, number, published_at: published } = current.data;
  return (
    <Page
      title={
        <Group gap="xs" component="span">
          {word(definition.name)}
          <Badge variant="light" tt="none">
            {t('settings.process.version', { number })}
          </Badge>
        </Group>
      }
      lead={t('settings.process.lead')}
      actions={
        published && (
          <Text c="dimmed">{t('settings.process.published', { date: format.date(published) })}</Text>
        )
      }
    >
      <ol className={classes.stages}>
        {definition.stages.map((stage, index) => (
          <li key={stage.key}>
            <Panel>
              <Group gap="xs" mb={4}>
                <StageDot stage={stage.phase} size={10} />
                <Title order={2}>
                  {index + 1} {t(`stage.${stage.phase}.name`)}
                </Title>
                <Text c="dimmed" size="xs" ml="auto">
                  {t('settings.process.sla', { count: stage.sla })}
                </Text>
              </Group>
              <Text mb="sm">{word(stage.purpose)}</Text>
              <div className={classes.rules}>
                <Stack gap={2}>
                  <Text size="xs" c="dimmed" fw={600}>
                    {t('stage.gate')}
                  </Text>
                  {stage.gate.map(criterionKey).map((key) => (
                    <Text key={key}>{textOr(t, `stage.criterion.${key}`, key)}</Text>
                  ))}
                </Stack>
                {stage.entry_tasks.length > 0 && (
                  <Stack gap={2}>
                    <Text size="xs" c="dimmed" fw={600}>
                      {t('settings.process.on_entry')}
                    </Text>
                    {stage.entry_tasks.map((task) => (
                      <Text key={task.key}>
                        {word(task.title)}{' '}
                        <Text span c="dimmed">
                          {t('settings.process.within', { count: task.due })}
                        </Text>
                      </Text>
                    ))}
                  </Stack>
                )}
              </div>
            </Panel>
          </li>
        ))}
      </ol>
    </Page>
  );
}
