import { Alert, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PieceForm, PieceKind } from '@/api/generated/model';
import { MoneyInput } from '@/kit/fields/MoneyInput';
import { pieceKinds } from '../pieces';
import { useFault } from './faults';
import type { DraftStep } from './steps';

interface PieceFieldsProps {
  at: number;
  step: DraftStep;
  onChange: (next: Partial<DraftStep>, what: string) => void;
}

/** What a step by post makes, and what makes it worth opening. */
export function PieceFields({ at, step, onChange }: PieceFieldsProps) {
  const { t } = useTranslation();
  const place = `steps.${at}.piece`;
  const faults = {
    headline: useFault(`${place}.headline`),
    personality: useFault(`${place}.personality`),
    unique_value: useFault(`${place}.unique_value`),
  };
  const piece: PieceForm = step.piece ?? {};
  const change = (next: Partial<PieceForm>, what: string) =>
    onChange({ piece: { ...piece, ...next } }, `piece.${what}`);
  const kind = piece.kind ?? 'letter';
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Select
          label={t('outreach.piece.kind')}
          allowDeselect={false}
          data={pieceKinds.map((one) => ({ value: one, label: t(`outreach.piece.kinds.${one}`) }))}
          value={kind}
          onChange={(next) => change({ kind: (next ?? 'letter') as PieceKind }, '')}
        />
        <MoneyInput
          label={t('outreach.piece.cost')}
          value={piece.cost ?? null}
          onChange={(cost) => change({ cost: cost ?? undefined }, 'cost')}
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
          onChange={(event) => change({ [field]: event.currentTarget.value }, field)}
        />
      ))}
    </Stack>
  );
}
