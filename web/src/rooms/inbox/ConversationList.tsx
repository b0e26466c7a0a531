import { Badge, Button, Group, Text, UnstyledButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationRow } from '@/api/generated/model';
import { useMe } from '@/app/session';
import { useFormat } from '@/kit/format';
import { awaits } from './inbox';
import classes from './inbox.module.css';

interface ListProps {
  rows: ConversationRow[];
  chosen?: string;
  onChoose: (id: string) => void;
  more?: () => void;
}

export function ConversationList({ rows, chosen, onChoose, more }: ListProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.rows}>
      {rows.map((row) => (
        <Row key={row.id} row={row} chosen={row.id === chosen} onChoose={() => onChoose(row.id)} />
      ))}
      {more && (
        <Button variant="subtle" color="gray" fullWidth onClick={more}>
          {t('kit.more')}
        </Button>
      )}
    </div>
  );
}

interface RowProps {
  row: ConversationRow;
  chosen: boolean;
  onChoose: () => void;
}

function Row({ row, chosen, onChoose }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe()?.user.id;
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (chosen) place.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const waits = awaits(row);
  return (
    <UnstyledButton
      ref={place}
      className={classes.row}
      data-chosen={chosen || undefined}
      aria-pressed={chosen}
      onClick={onChoose}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fw={waits ? 650 : 400} truncate>
          {row.person_name}
          {row.company_name && (
            <Text span c="dimmed" fw={400} ml={6}>
              {row.company_name}
            </Text>
          )}
        </Text>
        <Text size="xs" c="dimmed" flex="none">
          {row.state === 'snoozed' ? format.moment(row.snoozed_until) : format.moment(row.last_in_at)}
        </Text>
      </Group>
      <Text size="sm" truncate>
        {row.subject}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {row.excerpt}
      </Text>
      <Group gap={6} mt={2}>
        {row.intent && (
          <Badge size="sm" variant="light" tt="none" color={row.intent === 'hostile' ? 'red' : undefined}>
            {t(`kit.intent.name.${row.intent}`, { defaultValue: row.intent })}
          </Badge>
        )}
        {!waits && (
          <Badge size="sm" variant="outline" tt="none" color="gray">
            {t('inbox.answered')}
          </Badge>
        )}
        {row.assigned_to !== me && (
          <Text size="xs" c="dimmed" truncate>
            {row.assigned_name ?? t('inbox.assign.nobody')}
          </Text>
        )}
      </Group>
    </UnstyledButton>
  );
}
