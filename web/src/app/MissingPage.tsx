import { Button, Center } from '@mantine/core';
import { IconAlertTriangle, IconMapOff } from '@tabler/icons-react';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/kit/EmptyState';
import { problemText } from '@/kit/problems';

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <Center mih="100dvh">
      <EmptyState
        icon={<IconMapOff size={32} stroke={1.3} />}
        title={t('app.page.missing')}
        text={t('app.page.missing_text')}
        action={
          <Button component={Link} to="/today">
            {t('app.page.home')}
          </Button>
        }
      />
    </Center>
  );
}

export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Center mih="100dvh">
      <EmptyState
        icon={<IconAlertTriangle size={32} stroke={1.3} />}
        title={t('app.page.broken')}
        text={problemText(t, error)}
        action={<Button onClick={reset}>{t('app.page.again')}</Button>}
      />
    </Center>
  );
}
