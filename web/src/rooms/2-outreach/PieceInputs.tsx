import { Alert, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PieceForm, PieceKind } from '@/api/generated/model';
import { MoneyInput } from '@/kit/fields/MoneyInput';
import { pieceKinds } from './pieces';

interface PieceInputsProps {
  piece: PieceForm;
  /** What is wrong, by field. */
  faults: Partial<Record<keyof PieceForm, ReactNode>>;
  /** `what` names the place that is typed in. */
  onChange: (next: Partial<PieceForm>, what: string) => void;
}

/** What is sent, what it costs, and what makes it worth opening. */
export function PieceInputs({ piece, faults, onChange }: PieceInputsProps) {
  const { t } = useTranslation();
  const kind = piece.kind ?? 'letter';
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Select
          label={t('outreach.piece.kind')}
          allowDeselect={false}
          data={pieceKinds.map((one) => ({ value: one, label: t(`outreach.piece.kinds.${one}`) }))}
          value={kind}
          onChange={(next) => onChange({ kind: (next ?? 'letter') as PieceKind }, '')}
        />
        <MoneyInput
          label={t('outreach.piece.cost')}
          error={faults.cost}
          value={piece.cost ?? null}
          onChange={(cost) => onChange({ cost: cost ?? undefined }, 'cost')}
        />
      </SimpleGrid>
      {(kind === 'brochure' || kind === 'flyer') && (
        <Alert color="orange" variant="light" p="xs">
          {t(`outreach.preview.warning.${kind}`)} {t(`outreach.preview.why.${kind}`)}
        </Alert>
      )}
      {(['headline', 'personality', 'unique_value'] as const).map((field) => (
        <TextInput
          key={field}
          maxLength={500}
          label={t(`outreach.piece.${field}`)}
          placeholder={t(`outreach.piece.${field}_hint`)}
          error={faults[field]}
          value={piece[field] ?? ''}
          onChange={(event) => onChange({ [field]: event.currentTarget.value }, field)}
        />
      ))}
    </Stack>
  );
}
