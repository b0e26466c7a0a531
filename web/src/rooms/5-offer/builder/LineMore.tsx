import { Checkbox, Group, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { bpOf, type Line, type Pack, percentOf, taxKinds } from '../offer';

interface LineMoreProps {
  line: Line;
  pack: Pack;
  readOnly: boolean;
  onChange: (changes: Partial<Line>) => void;
}

/** What a line says beside its price: text, unit, tax, whether it can be left out. */
export function LineMore({ line, pack, readOnly, onChange }: LineMoreProps) {
  const { t } = useTranslation();
  const others = pack.lines.filter((one) => one.id !== line.id && one.alternative_to === null);
  return (
    <Group gap="sm" mt="xs" align="flex-end">
      <Textarea
        autosize
        minRows={1}
        flex={1}
        miw={220}
        readOnly={readOnly}
        label={t('offer.line.detail')}
        value={line.detail}
        onChange={(event) => onChange({ detail: event.currentTarget.value })}
      />
      <TextInput
        w={100}
        maxLength={100}
        readOnly={readOnly}
        label={t('offer.line.unit')}
        value={line.unit}
        onChange={(event) => onChange({ unit: event.currentTarget.value })}
      />
      <Select
        w={150}
        allowDeselect={false}
        disabled={readOnly}
        label={t('offer.line.tax')}
        data={taxKinds.map((one) => ({ value: one, label: t(`offer.tax.${one}`) }))}
        value={line.tax.kind ?? 'exempt'}
        onChange={(kind) => kind && onChange({ tax: { ...line.tax, kind: kind as Line['tax']['kind'] } })}
      />
      {line.tax.kind === 'rate' ? (
        <NumberInput
          w={90}
          hideControls
          min={0}
          max={100}
          decimalScale={2}
          suffix="%"
          readOnly={readOnly}
          label={t('offer.line.rate')}
          value={percentOf(line.tax.bp ?? 0)}
          onChange={(next) =>
            bpOf(next) !== line.tax.bp && onChange({ tax: { ...line.tax, bp: bpOf(next) } })
          }
        />
      ) : (
        <TextInput
          w={200}
          maxLength={200}
          readOnly={readOnly}
          label={t('offer.line.tax_text')}
          value={line.tax.text ?? ''}
          onChange={(event) => onChange({ tax: { ...line.tax, text: event.currentTarget.value } })}
        />
      )}
      <Select
        w={190}
        clearable
        disabled={readOnly}
        label={t('offer.line.alternative_to')}
        data={others.map((one) => ({ value: one.id, label: one.text || t('offer.line.new') }))}
        value={line.alternative_to}
        onChange={(alternative_to) => onChange({ alternative_to })}
      />
      <Checkbox
        pb={8}
        disabled={readOnly}
        label={t('offer.line.optional')}
        checked={!line.mandatory}
        onChange={(event) => onChange({ mandatory: !event.currentTarget.checked })}
      />
    </Group>
  );
}
