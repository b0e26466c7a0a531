import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconMicroscope, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Company } from '@/api/model';
import { useFields } from '@/api/records';
import { deskQuery } from '@/api/research';
import { useCan } from '@/app/session';
import { RecordSection } from '@/kit/record/RecordLayout';
import { openProspects } from './openProspects';
import { questionLabel } from './questions';

/** Open questions named beside a record. */
const named = 5;

/** How far the research on a company is, what is missing, and the ways to answer it and to list its people. */
export function ResearchState({ company }: { company: Company }) {
  const { t, i18n } = useTranslation();
  const canWrite = useCan('rep');
  const fields = useFields('company');
  const { data: desk } = useQuery(deskQuery(company.id));
  if (!desk) return null;
  const open = desk.questions.filter((one) => !one.answered);
  const answered = desk.questions.length - open.length;
  const names = open.slice(0, named).map((one) => questionLabel(one, fields, i18n.language, t));
  return (
    <RecordSection title={t('prospecting.desk.title')}>
      <Group gap="xs" wrap="nowrap">
        <Progress
          flex={1}
          size="sm"
          value={desk.questions.length > 0 ? (100 * answered) / desk.questions.length : 100}
          aria-label={t('prospecting.desk.title')}
        />
        <Text size="xs">{t('prospecting.desk.progress', { answered, of: desk.questions.length })}</Text>
      </Group>
      {open.length > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('prospecting.desk.missing', { names: names.join(', ') })}
          {open.length > named && ` +${open.length - named}`}
        </Text>
      )}
      {desk.company.people === 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('prospecting.people.nobody')}
        </Text>
      )}
      {canWrite && (
        <Stack gap="xs" mt="xs">
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/research/$id" params={{ id: company.id }} {...props} />}
            leftSection={<IconMicroscope size={14} />}
          >
            {t('prospecting.desk.start')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconUserPlus size={14} />}
            onClick={() => openProspects(company)}
          >
            {t('prospecting.people.add')}
          </Button>
        </Stack>
      )}
    </RecordSection>
  );
}
