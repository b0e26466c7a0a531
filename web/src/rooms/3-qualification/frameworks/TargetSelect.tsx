import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { committeeRoles } from '@/api/committee';
import { useFields } from '@/api/records';
import { fieldLabel } from '@/kit/fields/labels';
import { factors, findingKinds } from './frameworks';

/** Where an answer goes: a finding, one of the four, a role, or a field of the workspace's own. */
export function TargetSelect({ value, onChange }: { value: string; onChange: (word: string) => void }) {
  const { t, i18n } = useTranslation();
  const own = (on: 'deal' | 'company', fields: ReturnType<typeof useFields>) =>
    fields
      .filter((one) => one.key.startsWith('custom.'))
      .map((one) => ({
        value: `field:${on}:${one.key.slice('custom.'.length)}`,
        label: fieldLabel(one, i18n.language),
      }));
  const fields = [...own('deal', useFields('deal')), ...own('company', useFields('company'))];
  return (
    <Select
      flex={1}
      miw={200}
      searchable
      clearable
      label={t('discovery.fills')}
      placeholder={t('discovery.fills_nothing')}
      data={[
        {
          group: t('qualification.discovery.title'),
          items: findingKinds.map((one) => ({
            value: `finding:${one}`,
            label: t(`qualification.finding.${one}`),
          })),
        },
        {
          group: t('qualification.bant.title'),
          items: factors.map((one) => ({
            value: `bant:${one}`,
            label: t(`qualification.bant.factor.${one}`),
          })),
        },
        {
          group: t('qualification.committee.title'),
          items: committeeRoles.map((one) => ({
            value: `role:${one}`,
            label: t(`qualification.role.${one}`),
          })),
        },
        ...(fields.length > 0 ? [{ group: t('discovery.own_fields'), items: fields }] : []),
      ]}
      value={value || null}
      onChange={(word) => onChange(word ?? '')}
    />
  );
}
