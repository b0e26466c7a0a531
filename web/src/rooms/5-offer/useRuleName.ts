import { useTranslation } from 'react-i18next';
import type { ApprovalRule } from '@/api/generated/model';
import { useFormat } from '@/kit/format';

/** A rule in one sentence, with the role it needs. */
export function useRuleName() {
  const { t } = useTranslation();
  const format = useFormat();
  return (rule: ApprovalRule, currency: string) => {
    const over = rule.over ?? 0;
    const limit =
      rule.kind === 'discount' || rule.kind === 'margin_below'
        ? format.percent(over / 10_000, 0)
        : rule.kind === 'value_above'
          ? format.money({ minor: over, currency: rule.currency ?? currency })
          : format.number(over);
    const what =
      rule.kind === 'discount' && over === 0
        ? t('offer.rule.discount_any')
        : t(`offer.rule.${rule.kind}`, { limit });
    return t('offer.rule.needs', { what, role: t(`settings.role.${rule.needs}`) });
  };
}
