import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './EmptyState.module.css';

/** Teaches: what this place is for, in one sentence, and the one button that starts it. */
export function EmptyState(props: { title: string; text?: string; icon?: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" className={classes.root}>
      {props.icon && <span className={classes.icon}>{props.icon}</span>}
      <Title order={2} ta="center">
        {props.title}
      </Title>
      {props.text && (
        <Text c="dimmed" ta="center" className={classes.text}>
          {props.text}
        </Text>
      )}
      {props.action && <div className={classes.action}>{props.action}</div>}
    </Stack>
  );
}
