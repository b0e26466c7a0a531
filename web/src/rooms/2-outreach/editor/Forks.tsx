import { Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowFork } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { newLeaf } from './condition';
import { ForkEditor } from './ForkEditor';
import { type DraftStep, type Fork, keyed, mostForks } from './steps';

interface ForksProps {
  steps: readonly DraftStep[];
  at: number;
  onSteps: (next: DraftStep[], what: string) => void;
}

/** For whom the sequence goes on elsewhere, looked at when this step is due. */
export function Forks({ steps, at, onSteps }: ForksProps) {
  const { t } = useTranslation();
  const forks = steps[at]?.branches ?? [];
  const write = (branches: Fork[], from: readonly DraftStep[] = steps, what = '') =>
    onSteps(
      from.map((one, n) => (n === at ? { ...one, branches } : one)),
      what,
    );
  const put = (index: number, next: Partial<Fork>, from?: readonly DraftStep[], what?: string) =>
    write(
      forks.map((one, n) => (n === index ? { ...one, ...next } : one)),
      from,
      what,
    );
  return (
    <Stack gap="xs">
      {forks.length > 0 && (
        <div>
          <Text fw={500}>{t('outreach.fork.title')}</Text>
          <Text size="xs" c="dimmed">
            {t('outreach.fork.lead')}
          </Text>
        </div>
      )}
      {forks.map((fork, index) => (
        <ForkEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: a fork is known by its place
          key={index}
          steps={steps}
          at={at}
          index={index}
          fork={fork}
          onCondition={(condition, from, what) => put(index, { if: condition }, from, what)}
          onTarget={(to) => {
            if (to === null) return put(index, { go_to: null });
            const named = keyed(steps, to);
            put(index, { go_to: named.key }, named.steps);
          }}
          onRemove={() => write(forks.filter((_, n) => n !== index))}
        />
      ))}
      {forks.length < mostForks && (
        <Group>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconArrowFork size={13} />}
            onClick={() => write([...forks, { if: newLeaf('clicked'), go_to: null }])}
          >
            {t('outreach.fork.add')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
