import { Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { ConsentNotice } from '@/api/generated/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';

/** What a person was told of their consents and refusals, or must be told, and until when. */
export function Notices({ notices }: { notices: ConsentNotice[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return notices.map((notice) => {
    const values = {
      by: format.date(notice.tell_by),
      at: notice.told_at ? format.date(notice.told_at) : '',
      why: whyNot(t, notice),
    };
    return (
      <Text key={notice.id} size="xs" mt={4} c={notice.state === 'untold' ? 'red' : 'dimmed'}>
        {textOr(t, `outreach.basis.notice.${notice.kind}`, notice.kind, { day: format.date(notice.said_at) })}
        {': '}
        {textOr(t, `outreach.basis.notice_state.${notice.state}`, notice.state, values)}
        {notice.state === 'waiting' && notice.why && ` (${t('outreach.basis.notice_waits', values)})`}
      </Text>
    );
  });
}

function whyNot(t: TFunction, { why }: ConsentNotice): string {
  const other = t('outreach.basis.untold_why.other');
  return why ? textOr(t, `outreach.basis.untold_why.${why}`, other) : '';
}
