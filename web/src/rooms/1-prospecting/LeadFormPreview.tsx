import { SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from './icp.module.css';
import type { FormContent } from './inbound';

const settleMilliseconds = 400;

/** The page as a visitor sees it, made by the server. */
export function LeadFormPreview({ content }: { content: FormContent }) {
  const { t, i18n } = useTranslation();
  const [language, setLanguage] = useState(i18n.language === 'ko' ? 'ko' : 'en');
  const [settled] = useDebouncedValue(content, settleMilliseconds);
  const page = useQuery({
    queryKey: ['/lead-forms/preview', language, settled],
    queryFn: () => api.post<{ html: string }>(`/lead-forms/preview?lang=${language}`, settled),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <div className={classes.preview}>
      <Panel
        title={t('prospecting.inbound.preview')}
        actions={
          <SegmentedControl
            size="xs"
            aria-label={t('prospecting.inbound.language')}
            value={language}
            onChange={setLanguage}
            data={[
              { value: 'ko', label: '한국어' },
              { value: 'en', label: 'English' },
            ]}
          />
        }
      >
        <ProblemAlert error={page.error} />
        {page.data && (
          <iframe
            sandbox=""
            className={classes.page}
            title={t('prospecting.inbound.preview')}
            srcDoc={page.data.html}
          />
        )}
      </Panel>
    </div>
  );
}
