import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Problem } from '@/api/http';
import { useCan } from '@/app/session';

interface OverrideProps {
  /** What was refused. */
  error: unknown;
  /** The refusals a manager may pass over with a reason. */
  codes: readonly string[];
  value: string;
  onChange: (value: string) => void;
}

/** After a refusal a manager may pass over: the reason for it, which is kept. Others see nothing. */
export function Override({ error, codes, value, onChange }: OverrideProps) {
  const { t } = useTranslation();
  const may = useCan('manager');
  if (!may || !(error instanceof Problem) || !codes.includes(error.code)) return null;
  return (
    <TextInput
      label={t('kit.override')}
      description={t('kit.override_hint')}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
