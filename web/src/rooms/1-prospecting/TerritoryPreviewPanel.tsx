import { Alert, Checkbox, Skeleton, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { membersQuery } from '@/api/records';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { BalanceBars } from './BalanceBars';
import { type Choices, grown, type PreviewRequest, previewQuery, type TerritoryPreview } from './territory';

const flowsShown = 12;

function useNames() {
  const { t } = useTranslation();
  const members = useQuery(membersQuery).data ?? [];
  return (user: string | null) =>
    user === null
      ? t('prospecting.territory.nobody')
      : (members.find((one) => one.user_id === user)?.name ?? t('prospecting.territory.gone'));
}

interface TerritoryPreviewPanelProps {
  request: PreviewRequest;
  enabled: boolean;
  onChoices: (next: Choices) => void;
}

/** What would move from whom to whom, where territories overlap, and the balance before and after. */
export function TerritoryPreviewPanel({ request, enabled, onChoices }: TerritoryPreviewPanelProps) {
  const { t } = useTranslation();
  const preview = useQuery({ ...previewQuery(request), enabled, placeholderData: keepPreviousData });
  const { choices } = request;
  return (
    <Panel title={t('prospecting.territory.preview')} lead={t('prospecting.territory.preview_lead')}>
      <Stack gap="md">
        <Checkbox
          label={t('prospecting.territory.keep_open_deals')}
          checked={choices.keep_open_deals}
          onChange={(event) => onChoices({ ...choices, keep_open_deals: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('prospecting.territory.deal_anew')}
          description={t('prospecting.territory.deal_anew_lead')}
          checked={choices.deal_anew}
          onChange={(event) => onChoices({ ...choices, deal_anew: event.currentTarget.checked })}
        />
        {!enabled && <Text c="dimmed">{t('prospecting.territory.not_whole')}</Text>}
        {enabled && <ProblemAlert error={preview.error} />}
        {enabled && preview.isPending && <Skeleton h={160} />}
        {enabled && preview.data && <Outcome preview={preview.data} />}
      </Stack>
    </Panel>
  );
}

function Outcome({ preview }: { preview: TerritoryPreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useNames();
  return (
    <Stack gap="md" role="status">
      <Text fw={600}>
        {t('prospecting.territory.moves', {
          count: preview.moves,
          shown: format.number(preview.moves),
          all: format.number(preview.companies),
        })}
      </Text>
      {preview.kept_for_deals > 0 && (
        <Text size="sm">{t('prospecting.territory.kept_for_deals', { count: preview.kept_for_deals })}</Text>
      )}
      <Unassigned preview={preview} />
      <Overlaps preview={preview} />
      {preview.flows.length > 0 && (
        <Table aria-label={t('prospecting.territory.flows')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('prospecting.territory.from')}</Table.Th>
              <Table.Th>{t('prospecting.territory.to')}</Table.Th>
              <Table.Th ta="end">{t('records.company.many')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {preview.flows.slice(0, flowsShown).map((flow) => (
              <Table.Tr key={`${flow.from}.${flow.to}`}>
                <Table.Td>{nameOf(flow.from)}</Table.Td>
                <Table.Td>{nameOf(flow.to)}</Table.Td>
                <Table.Td ta="end">{format.number(flow.companies)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {preview.flows.length > flowsShown && (
        <Text size="xs" c="dimmed">
          {t('prospecting.territory.more_flows', { count: preview.flows.length - flowsShown })}
        </Text>
      )}
      <BalanceBars preview={preview} nameOf={nameOf} />
    </Stack>
  );
}

function Unassigned({ preview }: { preview: TerritoryPreview }) {
  const { t } = useTranslation();
  const short = preview.territories.flatMap(({ id, name, unassigned: count, unassigned_because: why }) =>
    why === null ? [] : [{ id, text: t(`prospecting.territory.unassigned.${why}`, { name, count }) }],
  );
  if (short.length === 0) return null;
  return (
    <Alert color="orange">
      {short.map(({ id, text }) => (
        <Text key={id} size="sm">
          {text}
        </Text>
      ))}
    </Alert>
  );
}

function Overlaps({ preview }: { preview: TerritoryPreview }) {
  const { t } = useTranslation();
  const nameOf = (id: string) => preview.territories.find((one) => one.id === id)?.name ?? '';
  if (preview.overlaps.length === 0) return null;
  const warns = grown(preview.overlaps).length > 0;
  return (
    <Alert color={warns ? 'orange' : 'gray'} title={t('prospecting.territory.overlap')}>
      {preview.overlaps.map((one) => (
        <Text key={`${one.first}.${one.second}`} size="sm">
          {t('prospecting.territory.overlap_line', {
            first: nameOf(one.first),
            second: nameOf(one.second),
            count: one.companies,
            before: one.before,
          })}
        </Text>
      ))}
    </Alert>
  );
}
