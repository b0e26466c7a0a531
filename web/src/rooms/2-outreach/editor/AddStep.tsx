import { Button, Menu, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StepKind } from '@/api/generated/model';
import { KindIcon } from './kinds';
import { stepKinds } from './steps';

/** A step of a kind, put at the end. */
export function AddStep({ onAdd }: { onAdd: (kind: StepKind) => void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <Button variant="light" leftSection={<IconPlus size={14} />}>
          {t('outreach.sequence.add_step')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {stepKinds.map((kind) => (
          <Menu.Item key={kind} leftSection={<KindIcon kind={kind} />} onClick={() => onAdd(kind)}>
            {t(`outreach.kind.${kind}`)}
            <Text size="xs" c="dimmed">
              {t(`outreach.kind_hint.${kind}`)}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
