import { Alert, Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { problemText } from './notify';

export function ProblemAlert({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  if (!error) return null;
  return (
    <Alert color="red" variant="light" role="alert" p="sm">
      <Group justify="space-between">
        {problemText(t, error)}
        {retry && (
          <Button variant="subtle" color="red" size="compact-sm" onClick={retry}>
            {t('error.again')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
