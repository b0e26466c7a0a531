import { Button, Checkbox, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { MoneyAmount } from '../MoneyAmount';
import { bpOf, type Content, type Pack, percentOf } from '../offer';

interface PackHeadProps {
  pack: Pack;
  content: Content;
  onChange: (content: Content) => void;
  readOnly: boolean;
}

/** Name, advice and the discount of a whole package. */
export function PackHead({ pack, content, onChange, readOnly }: PackHeadProps) {
  const { t } = useTranslation();
  const write = (changes: Partial<Pack>) =>
    onChange({
      ...content,
      packages: content.packages.map((one) => (one.id === pack.id ? { ...one, ...changes } : one)),
    });
  const advise = (recommended: boolean) =>
    onChange({
      ...content,
      packages: content.packages.map((one) => ({ ...one, recommended: recommended && one.id === pack.id })),
    });
  const { discount } = pack;
  const kinds = ['none', 'share', 'fixed'] as const;
  const turn = (kind: string | null) => {
    if (kind === 'share') write({ discount: { kind, bp: 0 } });
    else if (kind === 'fixed') write({ discount: { kind, minor: 0 } });
    else write({ discount: { kind: 'none' } });
  };
  return (
    <Group gap="sm" mt="md" align="flex-end">
      <TextInput
        w={170}
        maxLength={200}
        readOnly={readOnly}
        label={t('offer.pack.name')}
        value={pack.name}
        onChange={(event) => write({ name: event.currentTarget.value })}
      />
      <TextInput
        flex={1}
        miw={180}
        maxLength={2000}
        readOnly={readOnly}
        label={t('offer.pack.text')}
        value={pack.text}
        onChange={(event) => write({ text: event.currentTarget.value })}
      />
      <Select
        w={150}
        allowDeselect={false}
        disabled={readOnly}
        label={t('offer.pack.discount')}
        data={kinds.map((kind) => ({ value: kind, label: t(`offer.pack.discount_${kind}`) }))}
        value={discount.kind}
        onChange={turn}
      />
      {discount.kind === 'share' && (
        <NumberInput
          w={90}
          min={0}
          max={100}
          decimalScale={2}
          suffix="%"
          readOnly={readOnly}
          aria-label={t('offer.pack.discount')}
          value={percentOf(discount.bp)}
          onChange={(next) => write({ discount: { kind: 'share', bp: bpOf(next) } })}
        />
      )}
      {discount.kind === 'fixed' && (
        <MoneyAmount
          w={130}
          readOnly={readOnly}
          aria-label={t('offer.pack.discount')}
          currency={content.currency}
          minor={discount.minor}
          onChange={(minor) => write({ discount: { kind: 'fixed', minor } })}
        />
      )}
      <Checkbox
        pb={8}
        disabled={readOnly}
        label={t('offer.pack.recommended')}
        checked={pack.recommended}
        onChange={(event) => advise(event.currentTarget.checked)}
      />
      {!readOnly && content.packages.length > 1 && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() =>
            onChange({ ...content, packages: content.packages.filter((one) => one.id !== pack.id) })
          }
        >
          {t('offer.pack.remove')}
        </Button>
      )}
    </Group>
  );
}
