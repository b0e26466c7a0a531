import { Badge, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { type Finding, findingsQuery } from '../../3-qualification/Findings';
import type { Content, Offer } from '../offer';
import classes from './builder.module.css';

const groups = ['challenge', 'goal', 'ambition'] as const;

interface FoundProps {
  deal: Deal;
  offer: Offer;
  content: Content;
  /** The finding whose lines are lit. */
  lit: string | null;
  onLit: (id: string | null) => void;
}

/** All that is known of what they need: what an offer has to answer. */
export function Found({ deal, offer, content, lit, onLit }: FoundProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const findings = useQuery(findingsQuery(deal.id));
  const objections = useQuery({
    queryKey: ['/deals', 'objections', deal.id],
    queryFn: () => api.get<{ id: string; stated: string }[]>(`/deals/${deal.id}/objections`),
  });
  const answered = new Set(content.packages.flatMap((pack) => pack.lines.flatMap((line) => line.answers)));
  return (
    <div className={classes.found}>
      <Panel title={t('offer.found.title')}>
        <Stack gap="md">
          {typeof offer.relevance_bp === 'number' && (
            <Text>{t('offer.found.score', { share: format.percent(offer.relevance_bp / 10_000, 0) })}</Text>
          )}
          {offer.lacking.length > 0 && (
            <Stack gap={2}>
              {offer.lacking.map((lack) => (
                <Text key={lack} size="xs" c="var(--warn)">
                  {textOr(t, `offer.lack.${lack}`, lack)}
                </Text>
              ))}
            </Stack>
          )}
          {groups.map((kind) => (
            <FoundGroup
              key={kind}
              title={t(`qualification.finding.${kind}`)}
              found={(findings.data ?? []).filter((one) => one.kind === kind)}
              answered={answered}
              lit={lit}
              onLit={onLit}
            />
          ))}
          {(objections.data ?? []).length > 0 && (
            <div>
              <Text size="xs" c="dimmed" fw={600}>
                {t('offer.objection.title')}
              </Text>
              {objections.data?.map((one) => (
                <Text key={one.id} size="sm">
                  {one.stated}
                </Text>
              ))}
            </div>
          )}
          {offer.budget_max && (
            <Text>{t('offer.found.budget', { budget: format.money(offer.budget_max) })}</Text>
          )}
          {deal.value && (
            <Text size="xs" c="dimmed">
              {t('offer.found.value', { value: format.money(deal.value) })}
            </Text>
          )}
        </Stack>
      </Panel>
    </div>
  );
}

interface GroupProps {
  title: string;
  found: Finding[];
  answered: Set<string>;
  lit: string | null;
  onLit: (id: string | null) => void;
}

function FoundGroup({ title, found, answered, lit, onLit }: GroupProps) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="xs" c="dimmed" fw={600} mb={4}>
        {title}
      </Text>
      {found.length === 0 && (
        <Text size="xs" c="dimmed">
          {t('offer.found.none')}
        </Text>
      )}
      {found.map((one) => (
        <UnstyledButton
          key={one.id}
          className={classes.finding}
          data-answered={answered.has(one.id) || undefined}
          data-chosen={lit === one.id || undefined}
          aria-pressed={lit === one.id}
          onClick={() => onLit(lit === one.id ? null : one.id)}
        >
          <Group gap={6} justify="space-between" wrap="nowrap">
            <Text size="sm">{one.summary}</Text>
            <Badge size="xs" variant="light" tt="none" color={answered.has(one.id) ? 'green' : 'yellow'}>
              {t(answered.has(one.id) ? 'offer.found.answered' : 'offer.found.open')}
            </Badge>
          </Group>
          {one.words && (
            <Text size="xs" c="dimmed">
              “{one.words}”
            </Text>
          )}
        </UnstyledButton>
      ))}
    </div>
  );
}
