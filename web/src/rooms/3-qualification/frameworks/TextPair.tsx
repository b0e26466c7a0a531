import { SimpleGrid, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FieldProblem } from '@/api/http';
import { textOr } from '@/i18n/texts';

interface TextPairProps {
  label: string;
  value: { en: string; ko: string };
  faults: readonly FieldProblem[];
  /** Where it stands in the document. */
  place: string;
  onChange: (value: { en: string; ko: string }) => void;
}

/** A text in both languages; one of them is enough. */
export function TextPair({ label, value, faults, place, onChange }: TextPairProps) {
  const { t } = useTranslation();
  const wrong = (where: string) => {
    const fault = faults.find((one) => one.field === where);
    return fault && textOr(t, `error.field.${fault.code}`, fault.message);
  };
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      {(['en', 'ko'] as const).map((language) => (
        <Textarea
          key={language}
          autosize
          minRows={1}
          label={t('discovery.in_language', { label, language: t(`discovery.language.${language}`) })}
          error={wrong(`${place}.${language}`) ?? (language === 'en' ? wrong(place) : undefined)}
          value={value[language]}
          onChange={(event) => onChange({ ...value, [language]: event.currentTarget.value })}
        />
      ))}
    </SimpleGrid>
  );
}
