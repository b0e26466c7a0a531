import { Button, Popover, Select, Stack, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { type DuplicateOverview, thresholds } from './duplicates';

const never = 'never';

/** From which score on pairs are merged without anybody looking; managers decide. */
export function AutoMerge({ of }: { of: DuplicateOverview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const manager = useCan('manager');
  const save = useMutation({
    mutationFn: (score: number | null) => api.put(`/duplicates/${of.kind}/setting`, { auto_merge_at: score }),
    onSettled: () => client.invalidateQueries({ queryKey: ['/duplicates'] }),
  });
  const now = of.auto_merge_at ?? null;
  const offered = now === null || thresholds.includes(now) ? thresholds : [...thresholds, now].sort();
  const share = (score: number) => format.percent(score, score > 0.99 && score < 1 ? 1 : 0);
  const word = (score: number | null | undefined) =>
    score === null || score === undefined
      ? t('prospecting.duplicates.auto.never')
      : t('prospecting.duplicates.auto.from', { share: share(score) });
  return (
    <Popover trapFocus position="bottom-end" withinPortal={false}>
      <Popover.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />}>
          {t('prospecting.duplicates.auto.button', { word: word(now) })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" w={280}>
          <Select
            label={t('prospecting.duplicates.auto.label')}
            allowDeselect={false}
            disabled={!manager || save.isPending}
            comboboxProps={{ withinPortal: false }}
            data={[never, ...offered.map(String)].map((value) => ({
              value,
              label: word(value === never ? null : Number(value)),
            }))}
            value={now === null ? never : String(now)}
            onChange={(next) => next && save.mutate(next === never ? null : Number(next))}
          />
          <Text size="xs" c="dimmed">
            {t(manager ? 'prospecting.duplicates.auto.text' : 'prospecting.duplicates.auto.managers')}
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
