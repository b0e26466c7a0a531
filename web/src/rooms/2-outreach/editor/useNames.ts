import { useTranslation } from 'react-i18next';
import type { Field } from '@/api/model';
import { stageKeys } from '@/api/model';
import { useFields } from '@/api/records';
import { type Choice, choicesOf, fieldLabel } from '@/kit/fields/labels';
import { countries } from '@/kit/regions';
import { fieldPaths } from './condition';
import { type Names, stepName } from './conditionText';
import { placeOf } from './order';
import type { DraftStep } from './steps';

/** What the engine calls a field, and the record another way. */
const alias: Record<string, string> = { 'company.grade': 'company.icp_grade' };

type Whose = 'person' | 'company' | 'deal';

/** Fields that conditions can ask for, by their paths. */
export function useConditionFields() {
  const { t, i18n } = useTranslation();
  const records = { person: useFields('person'), company: useFields('company'), deal: useFields('deal') };
  const find = (path: string): Field | undefined => {
    const [whose = '', ...rest] = (alias[path] ?? path).split('.');
    return records[whose as Whose]?.find((one) => one.key === rest.join('.'));
  };
  const label = (path: string): string => {
    const field = find(path);
    const name = field ? fieldLabel(field, i18n.language) : path.split('.').slice(1).join('.');
    const whose = path.split('.')[0] as Whose;
    return whose in records
      ? t('outreach.condition.of', { whose: t(`outreach.whose.${whose}`), field: name })
      : path;
  };
  const choices = (path: string): Choice[] => {
    if (path === 'deal.stage') return stageKeys.map((key) => ({ value: key, label: t(`stage.${key}.name`) }));
    if (path.endsWith('.country')) return countries(i18n.language);
    const field = find(path);
    return field ? choicesOf(field, i18n.language, t) : [];
  };
  const custom = records.person.filter((one) => one.custom).map((one) => `person.${one.key}`);
  return { paths: [...fieldPaths, ...custom], label, choices };
}

export function useNames(steps: readonly DraftStep[]): Names {
  const { t } = useTranslation();
  const { label, choices } = useConditionFields();
  return {
    step: (key) => {
      const at = placeOf(steps, key);
      return at === null ? t('outreach.condition.lost_step') : stepName(t, steps, at);
    },
    field: label,
    value: (path, value) => {
      const text = value === null || value === undefined ? '' : String(value);
      return choices(path).find((one) => one.value === text)?.label ?? (text || '…');
    },
  };
}
