import { ActionIcon, Group, Tabs, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { createContext, useContext, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isTyping } from '@/app/shell/useShortcuts';
import classes from './record.module.css';

interface RecordLayoutProps {
  title: string;
  facts?: ReactNode;
  actions?: ReactNode;
  known: ReactNode;
  timeline: ReactNode;
  next: ReactNode;
  onClose: () => void;
}

type RecordTab = 'timeline' | 'next' | 'known';

const ShowTab = createContext<(tab: RecordTab) => void>(() => undefined);

/** Brings a column of the record into sight where only one of them shows. */
export function useShowTab() {
  return useContext(ShowTab);
}

/** What is known on the left, what happened in the middle, the next step on the right; tabs where it is narrow. */
export function RecordLayout(props: RecordLayoutProps) {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false });
  const [tab, setTab] = useState<RecordTab>('timeline');
  const { onClose } = props;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || isTyping(event)) return;
      if (!document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]')) onClose();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onClose]);
  return (
    <ShowTab.Provider value={setTab}>
      <article className={classes.record} aria-label={props.title}>
        <header className={classes.header}>
          <Group gap="sm" className={classes.titleLine}>
            <Title order={1} className={classes.title}>
              {props.title}
            </Title>
            {props.facts}
          </Group>
          <Group gap="xs" wrap="nowrap" ml="auto">
            {props.actions}
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              onClick={onClose}
              aria-label={t('kit.record.back_to_list')}
            >
              <IconX size={18} />
            </ActionIcon>
          </Group>
        </header>
        {narrow ? (
          <Tabs
            value={tab}
            onChange={(next) => setTab(next as RecordTab)}
            className={classes.tabs}
            keepMounted={false}
          >
            <Tabs.List grow>
              <Tabs.Tab value="timeline">{t('kit.record.timeline')}</Tabs.Tab>
              <Tabs.Tab value="next">{t('kit.record.next_step')}</Tabs.Tab>
              <Tabs.Tab value="known">{t('kit.record.known')}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="timeline" className={classes.panel}>
              {props.timeline}
            </Tabs.Panel>
            <Tabs.Panel value="next" className={classes.panel}>
              {props.next}
            </Tabs.Panel>
            <Tabs.Panel value="known" className={classes.panel}>
              {props.known}
            </Tabs.Panel>
          </Tabs>
        ) : (
          <div className={classes.columns}>
            <section className={classes.known} aria-label={t('kit.record.known')}>
              {props.known}
            </section>
            <section className={classes.timeline} aria-label={t('kit.record.timeline')}>
              {props.timeline}
            </section>
            <section className={classes.next} aria-label={t('kit.record.next_step')}>
              {props.next}
            </section>
          </div>
        )}
      </article>
    </ShowTab.Provider>
  );
}

/** A titled group inside a column of the record. */
export function RecordSection(props: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <Group justify="space-between" wrap="nowrap" mih={28}>
        <Title order={2} className={classes.sectionTitle}>
          {props.title}
        </Title>
        {props.aside}
      </Group>
      {props.children}
    </section>
  );
}
