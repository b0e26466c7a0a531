import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface LeftOutProps {
  title: string;
  people: readonly { id: string; name: string; why: string }[];
  onDone: () => void;
}

/** Who was left out when something was done for several people, and why; the end of a dialog. */
export function LeftOut({ title, people, onDone }: LeftOutProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Alert color="orange" variant="light" role="alert">
        <Text fw={600}>{title}</Text>
        <List size="sm" mt={4}>
          {people.map(({ id, name, why }) => (
            <List.Item key={id}>{t('error.labelled', { label: name, text: why })}</List.Item>
          ))}
        </List>
      </Alert>
      <Group justify="flex-end">
        <Button autoFocus onClick={onDone}>
          {t('kit.close')}
        </Button>
      </Group>
    </Stack>
  );
}
