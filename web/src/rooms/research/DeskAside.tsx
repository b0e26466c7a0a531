import { Anchor, Button, Group, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Company } from '@/api/model';
import type { Desk } from '@/api/research';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { RecordSection } from '@/kit/record/RecordLayout';
import { Fit } from '../1-prospecting/Fit';
import classes from '../1-prospecting/research.module.css';
import { BantPanel } from '../3-qualification/BantPanel';
import { Qualifiers } from '../3-qualification/Qualifiers';
import { Related } from '../records/Related';

interface AsideProps {
  desk: Desk;
  onOpenDeal: () => void;
}

/** Beside the questions: where to look, how the company fits, what the gate lacks, first qualification, people. */
export function DeskAside({ desk, onOpenDeal }: AsideProps) {
  const { t } = useTranslation();
  const { company, deal } = desk;
  return (
    <aside className={classes.aside} aria-label={t('prospecting.desk.beside')}>
      <Places company={company} />
      <Fit company={company} />
      <Moved company={company} />
      <Gate desk={desk} onOpenDeal={onOpenDeal} />
      {deal && (
        <>
          <BantPanel deal={deal} kind="research" />
          <Qualifiers deal={{ id: deal.id, company_id: company.id }} />
        </>
      )}
      {company.people > 0 && (
        <Related kind="person" where={`company_id.eq.${company.id}`} preset={{ company_id: company.id }} />
      )}
    </aside>
  );
}

/** Where one finds out about a company. */
function Places({ company }: { company: Company }) {
  const { t } = useTranslation();
  const site = company.website ?? (company.domain ? `https://${company.domain}` : null);
  const name = encodeURIComponent(`"${company.name}"`);
  const places = [
    [site, t('prospecting.desk.site')],
    [
      company.linkedin_url ?? `https://www.linkedin.com/search/results/companies/?keywords=${name}`,
      'LinkedIn',
    ],
    [`https://news.google.com/search?q=${name}`, t('prospecting.desk.news')],
  ] as const;
  return (
    <Group gap="sm" mb="sm">
      {places.map(
        ([href, label]) =>
          href && (
            <Anchor key={label} href={href} target="_blank" rel="noreferrer noopener" size="sm">
              {label} <IconExternalLink size={12} aria-hidden />
            </Anchor>
          ),
      )}
    </Group>
  );
}

/** How answers moved the score since the company came on the desk. */
function Moved({ company }: { company: Company }) {
  const { t } = useTranslation();
  const first = useRef(company);
  const was = first.current;
  const changed = was.icp_score !== company.icp_score || was.icp_grade !== company.icp_grade;
  return (
    <Text size="xs" fw={600} role="status">
      {changed &&
        t('prospecting.desk.moved', {
          was: `${was.icp_grade ?? '?'} ${was.icp_score ?? ''}`.trim(),
          now: `${company.icp_grade ?? '?'} ${company.icp_score ?? ''}`.trim(),
        })}
    </Text>
  );
}

/** What the gate of prospecting lacks; without a deal, the way to open one. */
function Gate({ desk, onOpenDeal }: AsideProps) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const { deal } = desk;
  if (!deal) {
    return (
      <RecordSection title={t('cycle.gate_of', { stage: t('stage.prospecting.name') })}>
        <Text size="xs" c="dimmed">
          {t('prospecting.desk.no_deal')}
        </Text>
        {canWrite && (
          <Button mt="xs" fullWidth variant="default" onClick={onOpenDeal}>
            {t('prospecting.desk.open_deal')}
          </Button>
        )}
      </RecordSection>
    );
  }
  return (
    <RecordSection
      title={t('prospecting.desk.gate')}
      aside={
        <Link to="/deals/$id" params={{ id: deal.id }} search={{}}>
          {t('prospecting.desk.to_deal')}
        </Link>
      }
    >
      <Text size="xs" role="status" c={deal.missing.length > 0 ? undefined : 'var(--good)'}>
        {deal.missing.length > 0
          ? deal.missing.map((key) => textOr(t, `stage.criterion.${key}`, key)).join(', ')
          : t('kit.gate.all_met')}
      </Text>
    </RecordSection>
  );
}
