import { Alert, Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Problem } from '@/api/http';
import { problemText } from './problems';

interface ProblemAlertProps {
  error: unknown;
  retry?: () => void;
  /** What it means here that something is not there. */
  gone?: string;
}

export function ProblemAlert({ error, retry, gone }: ProblemAlertProps) {
  const { t } = useTranslation();
  if (!error) return null;
  return (
    <Alert color="red" variant="light" role="alert" p="sm">
      <Group justify="space-between">
        {gone && error instanceof Problem && error.code === 'not_found' ? gone : problemText(t, error)}
        {retry && (
          <Button variant="subtle" color="red" size="compact-sm" onClick={retry}>
            {t('error.again')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
