import { Button, Checkbox, Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Objection } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { useDealWrite } from '@/kit/useDealWrite';
import { guideQuery, objectionKinds } from './objections';

/** What is meant behind what was said, and what to check beside it. */
export function Understand({ objection, all }: { objection: Objection; all: readonly Objection[] }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const path = `/deals/${objection.deal_id}/objections/${objection.id}`;
  const name = useDealWrite((body: object) => api.patch(path, body));
  if (!canWrite) return null;
  return (
    <Stack gap={6}>
      {objection.stated_kind === 'hidden' && !objection.real_kind && (
        <Hypotheses objection={objection} onName={(body) => name.mutate(body)} />
      )}
      <Select
        w={260}
        maw="100%"
        size="xs"
        clearable
        label={t('objections.meant')}
        data={objectionKinds
          .filter((one) => one !== 'hidden')
          .map((one) => ({ value: one, label: t(`offer.objection.kind.${one}`) }))}
        value={objection.real_kind ?? null}
        onChange={(next) => name.mutate({ real_kind: next })}
      />
      <Related objection={objection} all={all} path={path} />
    </Stack>
  );
}

function Hypotheses({ objection, onName }: { objection: Objection; onName: (body: object) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guide = useQuery(guideQuery(objection)).data;
  if (!guide || guide.hypotheses.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed">
        {t('objections.hypotheses')}
      </Text>
      <Group gap={4}>
        {guide.hypotheses.map((one) => (
          <Button
            key={one.key}
            size="compact-xs"
            variant="default"
            onClick={() => onName({ real_kind: one.kind, real_sub: one.key })}
          >
            {`${textOr(t, `talk.hypothesis.${one.key}`, one.key)} · ${format.percent(one.share, 0)}`}
          </Button>
        ))}
      </Group>
    </div>
  );
}

function Related({
  objection,
  all,
  path,
}: {
  objection: Objection;
  all: readonly Objection[];
  path: string;
}) {
  const { t } = useTranslation();
  const check = useDealWrite((related: string) => {
    const other = all.find(
      (one) => one.id !== objection.id && (one.real_kind ?? one.stated_kind) === related,
    );
    return api.post(`${path}/related`, { related, linked_id: other?.id ?? null });
  });
  const checked = objection.links.map((one) => one.related);
  const open = objection.related.filter(
    (one) => !(objection.stated_kind === 'hidden' && !objection.real_kind && one),
  );
  if (open.length === 0) return null;
  return (
    <Group gap="sm">
      <Text size="xs" c="dimmed">
        {t('objections.related')}
      </Text>
      {open.map((one) => (
        <Checkbox
          key={one}
          size="xs"
          label={textOr(t, `objections.beside.${one}`, one)}
          checked={checked.includes(one)}
          disabled={checked.includes(one)}
          onChange={() => check.mutate(one)}
        />
      ))}
    </Group>
  );
}
