import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Page.module.css';

/** The frame of every page that is not a list or a board. */
export function Page(props: {
  title: ReactNode;
  lead?: string;
  /** A link to where this page belongs, above its title. */
  back?: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={classes.page} data-wide={props.wide || undefined}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          {props.back && (
            <Text size="xs" c="dimmed">
              {props.back}
            </Text>
          )}
          <Title order={1}>{props.title}</Title>
          {props.lead && (
            <Text c="dimmed" maw={640}>
              {props.lead}
            </Text>
          )}
        </div>
        {props.actions && <Group gap="xs">{props.actions}</Group>}
      </Group>
      {props.children}
    </div>
  );
}

/** A bordered block with a heading. */
export function Panel(props: { title?: string; lead?: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.panel}>
      {props.title && (
        <Group justify="space-between" mb="sm" gap="xs">
          <div>
            <Title order={2}>{props.title}</Title>
            {props.lead && <Text c="dimmed">{props.lead}</Text>}
          </div>
          {props.actions}
        </Group>
      )}
      {props.children}
    </section>
  );
}
