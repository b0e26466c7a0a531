import { Anchor, Button, Group, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import classes from '@/kit/GateList.module.css';
import { RecordSection } from '@/kit/record/RecordLayout';
import { useDealWrite } from '@/kit/useDealWrite';
import { handoverQuery } from './closing';

const kinds = ['renewal', 'expansion'] as const;

/** After the yes: every question answered, a dated step on each side, and the deal that follows. */
export function HandoverList({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const handover = useQuery(handoverQuery(deal.id)).data;
  const begin = useDealWrite((kind: string) => api.post(`/deals/${deal.id}/follow-ons`, { kind }));
  if (!handover) return null;
  return (
    <RecordSection title={t('closing.handover.title')}>
      {handover.lines.map(({ item, holds }) => (
        <Group key={item} gap="xs" wrap="nowrap" py={2}>
          {holds ? (
            <IconCircleCheckFilled size={16} className={classes.met} aria-hidden />
          ) : (
            <IconCircle size={16} className={classes.unmet} aria-hidden />
          )}
          <Text flex={1}>{t(`closing.handover.${item}`)}</Text>
          <Text size="xs" c="dimmed">
            {t(holds ? 'stage.state.met' : 'stage.state.unmet')}
          </Text>
        </Group>
      ))}
      {handover.monthly && (
        <Text size="sm" mt={4}>
          {t('closing.handover.monthly', { amount: format.money(handover.monthly) })}
        </Text>
      )}
      {handover.follow_ons.map((one) => (
        <Anchor
          key={one.deal_id}
          size="sm"
          display="block"
          renderRoot={(props) => <Link {...props} to="/deals/$id" params={{ id: one.deal_id }} search={{}} />}
        >
          {`${textOr(t, `closing.handover.kind.${one.kind}`, one.kind)}: ${one.name}`}
        </Anchor>
      ))}
      {canWrite && (
        <Group gap="xs" mt="xs">
          {kinds.map((kind) => (
            <Button
              key={kind}
              size="compact-sm"
              variant="light"
              loading={begin.isPending && begin.variables === kind}
              onClick={() => begin.mutate(kind)}
            >
              {t(`closing.handover.begin.${kind}`)}
            </Button>
          ))}
        </Group>
      )}
    </RecordSection>
  );
}
