import { Anchor, Badge, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CallBrief } from '@/api/generated/model';
import type { RecordBase } from '@/api/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import { ReasonsCell } from '../../1-prospecting/FitCell';

/** The firm: what it is, how it fits and why, and where its news are found. */
export function Firm({ brief }: { brief: CallBrief }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { company } = brief;
  const facts = company && [
    company.industry,
    company.employees != null &&
      t('discovery.employees', { count: company.employees, shown: format.number(company.employees) }),
    company.city ?? company.region ?? company.country,
  ];
  return (
    <RecordSection
      title={company?.name ?? brief.deal_name}
      aside={
        company?.icp_grade && (
          <Badge variant="light">{`${company.icp_grade} ${company.icp_score ?? ''}`}</Badge>
        )
      }
    >
      {company && (
        <Text size="sm">
          <Link to="/companies/$id" params={{ id: company.id }} search={{}}>
            {t('discovery.to_company')}
          </Link>
          {facts && ` · ${facts.filter(Boolean).join(' · ')}`}
        </Text>
      )}
      {company?.description && <Text size="sm">{company.description}</Text>}
      {brief.why_them && <Text size="sm">{t('discovery.why_them', { why: brief.why_them })}</Text>}
      {company && <ReasonsCell record={company as unknown as RecordBase} />}
      <Group gap="xs" mt={4}>
        {brief.links.map((link) => (
          <Anchor key={link.url} href={link.url} target="_blank" rel="noreferrer" size="sm">
            {textOr(t, `discovery.link.${link.about}`, link.about)}
          </Anchor>
        ))}
      </Group>
      {brief.research.map((item) => (
        <Text key={item.kind} size="sm" mt={4}>
          <Text span c="dimmed" size="xs">
            {textOr(t, `discovery.link.${item.kind}`, item.kind)}{' '}
          </Text>
          {item.text}
        </Text>
      ))}
    </RecordSection>
  );
}
