import { List, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import type { EnrolRefusal } from './outreach';
import classes from './outreach.module.css';

interface RefusedListProps {
  refused: EnrolRefusal[];
  /** A link was followed. */
  onLeave: () => void;
}

/** Who was not enrolled, why, and where what is missing can be found out. */
export function RefusedList({ refused, onLeave }: RefusedListProps) {
  const { t } = useTranslation();
  if (refused.length === 0) return null;
  return (
    <Stack gap="xs" role="alert" className={classes.refused}>
      <Text fw={600}>{t('outreach.enrol.refused_title', { count: refused.length })}</Text>
      {refused.map((one) => (
        <div key={`${one.person_id}${one.deal_id}${one.code}`}>
          <Text>
            {one.person_name && (
              <Text span fw={550}>
                {one.person_name}:{' '}
              </Text>
            )}
            {textOr(t, `outreach.enrol.refused.${one.code}`, one.message)}
          </Text>
          {one.research && <Owed refusal={one} onLeave={onLeave} />}
          {one.code === 'no_basis' && one.person_id && (
            <Link to="/people/$id" params={{ id: one.person_id }} search={{}} onClick={onLeave}>
              {t('outreach.basis.add')}
            </Link>
          )}
        </div>
      ))}
    </Stack>
  );
}

function Owed({ refusal, onLeave }: { refusal: EnrolRefusal; onLeave: () => void }) {
  const { t } = useTranslation();
  const { research, company_id, deal_id } = refusal;
  if (!research) return null;
  return (
    <>
      <Text size="xs" c="dimmed">
        {t('outreach.enrol.research_have', { have: research.have, need: research.need })}
      </Text>
      <List size="xs" spacing={0}>
        {research.missing.map((kind) => (
          <List.Item key={kind}>{t(`prospecting.research.${kind}`)}</List.Item>
        ))}
      </List>
      {company_id ? (
        <Link to="/research/$id" params={{ id: company_id }} onClick={onLeave}>
          {t('outreach.enrol.research_now')}
        </Link>
      ) : (
        deal_id && (
          <Link to="/deals/$id" params={{ id: deal_id }} search={{}} onClick={onLeave}>
            {t('outreach.enrol.research_now')}
          </Link>
        )
      )}
    </>
  );
}
