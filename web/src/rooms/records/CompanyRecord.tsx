import type { Company } from '@/api/model';
import { Grade } from '@/kit/fields/FieldValue';
import { Composer } from '@/kit/record/Composer';
import { Known } from '@/kit/record/Known';
import { RecordLayout } from '@/kit/record/RecordLayout';
import { Tasks } from '@/kit/record/Tasks';
import { Timeline } from '@/kit/record/Timeline';
import { Fit } from '../1-prospecting/Fit';
import { useProvenance } from '../1-prospecting/Provenance';
import { RecordEnrichment } from '../1-prospecting/RecordEnrichment';
import { ResearchState } from '../1-prospecting/ResearchState';
import { RecordMenu } from './RecordMenu';
import { Related } from './Related';

export function CompanyRecord({ company, onClose }: { company: Company; onClose: () => void }) {
  const provenance = useProvenance('company', company.id);
  const belongs = `company_id.eq.${company.id}`;
  return (
    <RecordLayout
      title={company.name}
      facts={company.icp_grade ? <Grade grade={company.icp_grade} /> : undefined}
      actions={<RecordMenu kind="company" record={company} onDeleted={onClose} />}
      known={<Known kind="company" record={company} note={provenance} />}
      timeline={
        <>
          <Composer subject={{ kind: 'company', id: company.id, company_id: company.id }} />
          <Timeline kind="company" id={company.id} />
        </>
      }
      next={
        <>
          <Tasks about={{ company_id: company.id }} />
          <RecordEnrichment kind="company" id={company.id} />
          <Fit company={company} />
          <ResearchState company={company} />
          <Related kind="deal" where={belongs} preset={{ company_id: company.id }} />
          <Related kind="person" where={belongs} preset={{ company_id: company.id }} />
        </>
      }
      onClose={onClose}
    />
  );
}
