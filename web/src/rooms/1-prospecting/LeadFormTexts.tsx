import { Checkbox, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/kit/Page';
import { type FormContent, type Label, textKeys } from './inbound';

interface Props {
  content: FormContent;
  onChange: (part: Partial<FormContent>) => void;
}

/** What a form says and what visitors agree to, one language at a time. */
export function LeadFormTexts({ content, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const own: keyof Label = i18n.language === 'ko' ? 'ko' : 'en';
  const [language, setLanguage] = useState(own);
  const { texts, consent } = content;
  return (
    <Panel
      title={t('prospecting.inbound.texts')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('prospecting.inbound.language')}
          value={language}
          onChange={(next) => setLanguage(next === 'ko' ? 'ko' : 'en')}
          data={[
            { value: 'ko', label: '한국어' },
            { value: 'en', label: 'English' },
          ]}
        />
      }
    >
      {textKeys.map((key) => {
        const Input = key === 'intro' || key === 'thanks' ? Textarea : TextInput;
        return (
          <Input
            key={key}
            mb="xs"
            label={t(`prospecting.inbound.text.${key}`)}
            placeholder={language === own ? t(`prospecting.inbound.usual.${key}`) : undefined}
            value={texts[key][language]}
            onChange={(event) => {
              const text = { ...texts[key], [language]: event.currentTarget.value };
              onChange({ texts: { ...texts, [key]: text } });
            }}
          />
        );
      })}
      <Switch
        my="sm"
        label={t('prospecting.inbound.consent')}
        checked={consent !== null}
        onChange={(event) =>
          onChange({
            consent: event.currentTarget.checked ? { text: { en: '', ko: '' }, required: true } : null,
          })
        }
      />
      {consent && (
        <>
          <Textarea
            autosize
            minRows={3}
            mb="xs"
            label={t('prospecting.inbound.consent_text')}
            description={t('prospecting.inbound.consent_hint')}
            value={consent.text[language]}
            onChange={(event) =>
              onChange({
                consent: { ...consent, text: { ...consent.text, [language]: event.currentTarget.value } },
              })
            }
          />
          <Checkbox
            label={t('prospecting.inbound.consent_required')}
            checked={consent.required}
            onChange={(event) => onChange({ consent: { ...consent, required: event.currentTarget.checked } })}
          />
        </>
      )}
      <TextInput
        mt="sm"
        type="url"
        label={t('prospecting.inbound.redirect')}
        description={t('prospecting.inbound.redirect_hint')}
        value={content.redirect_url ?? ''}
        onChange={(event) => onChange({ redirect_url: event.currentTarget.value || null })}
      />
    </Panel>
  );
}
