import { NavLink, Skeleton, Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { Page } from '@/kit/Page';
import { AppearanceSection } from './AppearanceSection';
import { FieldsSection } from './FieldsSection';
import { MembersSection } from './MembersSection';
import { ProfileSection } from './ProfileSection';
import { SessionsSection } from './SessionsSection';
import classes from './settings.module.css';
import { TokensSection } from './TokensSection';
import { WorkspaceSection } from './WorkspaceSection';

const MailboxesSection = lazy(async () => ({
  default: (await import('../2-outreach/MailboxesSection')).MailboxesSection,
}));

const MailLawsSection = lazy(async () => ({
  default: (await import('../2-outreach/basis/MailLawsSection')).MailLawsSection,
}));

const MeetingsSection = lazy(async () => ({
  default: (await import('../2-outreach/meetings/MeetingsSection')).MeetingsSection,
}));

const QualifiersSection = lazy(async () => ({
  default: (await import('../3-qualification/QualifiersSection')).QualifiersSection,
}));

const sections = [
  'profile',
  'appearance',
  'sessions',
  'tokens',
  'workspace',
  'members',
  'fields',
  'qualifiers',
  'mailboxes',
  'mail_laws',
  'meetings',
] as const;
type Section = (typeof sections)[number];

const pages: Record<Section, ComponentType> = {
  profile: ProfileSection,
  appearance: AppearanceSection,
  sessions: SessionsSection,
  tokens: TokensSection,
  workspace: WorkspaceSection,
  members: MembersSection,
  fields: FieldsSection,
  qualifiers: QualifiersSection,
  mailboxes: MailboxesSection,
  mail_laws: MailLawsSection,
  meetings: MeetingsSection,
};

/** The tabs scroll sideways on a phone; the one chosen is brought into sight. */
function intoSight(tab: HTMLElement | null): void {
  tab?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

export function SettingsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const admin = useCan('admin');
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const { section } = useParams({ from: '/app/settings/$section' });
  const current: Section = (sections as readonly string[]).includes(section)
    ? (section as Section)
    : 'profile';
  const shown = sections.filter((one) => admin || !['workspace', 'fields', 'qualifiers'].includes(one));
  const Body = pages[current];
  return (
    <Page wide title={t('app.nav.settings')}>
      <div className={classes.settings}>
        {narrow ? (
          <Tabs
            value={current}
            onChange={(next) => next && navigate({ to: '/settings/$section', params: { section: next } })}
          >
            <Tabs.List className={classes.tabs}>
              {shown.map((one) => (
                <Tabs.Tab key={one} value={one} ref={one === current ? intoSight : undefined}>
                  {t(`settings.section.${one}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
          </Tabs>
        ) : (
          <nav aria-label={t('app.nav.settings')}>
            {shown.map((one) => (
              <NavLink
                key={one}
                component={Link}
                to={`/settings/${one}`}
                label={t(`settings.section.${one}`)}
                active={one === current}
                className={classes.link}
              />
            ))}
          </nav>
        )}
        <div className={classes.body}>
          <Suspense fallback={<Skeleton h={120} />}>
            <Body />
          </Suspense>
        </div>
      </div>
    </Page>
  );
}
