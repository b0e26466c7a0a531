import { Button, Group, NumberInput, Stack, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface Verdict {
  verdict: 'done' | 'later' | 'unfit' | 'open';
  reason?: string | null;
  days?: number;
}

interface FormProps {
  kind: 'later' | 'unfit';
  onGiven: (verdict: Verdict) => void;
}

/** Asks why a company does not fit, or how long it is put off. */
export function askVerdict(
  kind: 'later' | 'unfit',
  company: string,
  onGiven: (verdict: Verdict) => void,
): void {
  const id = modals.open({
    title: i18next.t(`prospecting.desk.ask.${kind}`, { company }),
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    children: (
      <VerdictForm
        kind={kind}
        onGiven={(verdict) => {
          modals.close(id);
          onGiven(verdict);
        }}
      />
    ),
  });
}

function VerdictForm({ kind, onGiven }: FormProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [days, setDays] = useState<number>(30);
  const given = reason.trim();
  const send = () => {
    if (kind === 'unfit') {
      if (given !== '') onGiven({ verdict: 'unfit', reason: given });
    } else onGiven({ verdict: 'later', days, reason: given || null });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap="sm">
        {kind === 'later' && (
          <NumberInput
            data-autofocus
            label={t('prospecting.desk.days')}
            min={1}
            max={1000}
            value={days}
            onChange={(next) => setDays(Number(next) || 1)}
          />
        )}
        <Textarea
          data-autofocus={kind === 'unfit' || undefined}
          autosize
          minRows={1}
          maxLength={2000}
          required={kind === 'unfit'}
          label={t(kind === 'unfit' ? 'prospecting.desk.why_unfit' : 'prospecting.desk.why_later')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <Group justify="flex-end">
          <Button type="submit" color={kind === 'unfit' ? 'red' : undefined}>
            {t(`prospecting.desk.verdict.${kind}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
