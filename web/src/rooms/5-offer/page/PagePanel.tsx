import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import type { PageView } from '@/api/generated/model';
import { api } from '@/api/http';
import { fileAddress, useCan, useMe } from '@/app/session';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { IncentiveForm } from './IncentiveForm';
import { LinkRow } from './LinkRow';
import { MailForm } from './MailForm';
import { pageOf, pageQuery } from './page';

interface PagePanelProps {
  dealId: string;
  offerId: string;
  title: string;
  currency: string;
  sections: ReadonlyArray<{ id?: string; title?: string }>;
  /** It can still be answered. */
  open: boolean;
}

/** What the buyer has of an offer: their links, what they did there and said, its PDF. */
export function PagePanel({ dealId, offerId, title, currency, sections, open }: PagePanelProps) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const canManage = useCan('manager');
  const client = useQueryClient();
  const query = pageQuery(dealId, offerId);
  const page = useQuery(query);
  const people = useCommittee(dealId).data ?? [];
  const [mailing, setMailing] = useState(false);
  const make = useMutation({
    mutationFn: () => api.put<PageView>(`${pageOf(dealId, offerId)}/page`, {}),
    onSuccess: (made) => client.setQueryData(query.queryKey, made),
  });
  const renew = useMutation({
    mutationFn: (link: string) => api.post<PageView>(`${pageOf(dealId, offerId)}/links/${link}/renewal`),
    onSuccess: (made) => client.setQueryData(query.queryKey, made),
  });
  const nameOf = (id: string | null | undefined) => people.find((one) => one.person_id === id)?.name ?? '';
  const partOf = (id: string | null | undefined) =>
    id === 'price' ? t('offerpage.price') : (sections.find((one) => one.id === id)?.title ?? '');
  if (page.isPending) return <Skeleton h={60} />;
  if (page.isError) return <ProblemAlert error={page.error} />;
  const { links, comments, agreed, incentive } = page.data;
  const path = pageOf(dealId, offerId);
  return (
    <Stack gap="xs" className={classes.box}>
      <Text fw={600} size="sm">
        {t('offerpage.title')}
      </Text>
      {links.map((link) => (
        <LinkRow
          key={link.id}
          link={link}
          name={nameOf(link.person_id)}
          partOf={partOf}
          renew={canWrite && open && !link.receipt ? () => renew.mutate(link.id) : undefined}
        />
      ))}
      {comments.length > 0 && <Comments comments={comments} nameOf={nameOf} partOf={partOf} />}
      <Group gap="xs">
        {canWrite && links.length === 0 && (
          <Button size="compact-sm" variant="light" loading={make.isPending} onClick={() => make.mutate()}>
            {t('offerpage.make_links')}
          </Button>
        )}
        {canWrite && open && links.length > 0 && !mailing && (
          <Button size="compact-sm" variant="light" onClick={() => setMailing(true)}>
            {t('offerpage.mail.open')}
          </Button>
        )}
        <File path={`${path}/preview`} label={t('offerpage.preview')} />
        <File path={`${path}/pdf`} label={t('offerpage.pdf')} />
        {agreed && <File path={`${path}/agreement`} label={t('offerpage.agreement')} />}
      </Group>
      {mailing && (
        <MailForm
          path={path}
          title={title}
          people={links.map((link) => ({ id: link.person_id, name: nameOf(link.person_id) }))}
          close={() => setMailing(false)}
        />
      )}
      {open && (canManage || (canWrite && incentive)) && (
        <IncentiveForm
          key={incentive?.text}
          path={path}
          currency={currency}
          kept={incentive ?? null}
          stands
        />
      )}
    </Stack>
  );
}

function File({ path, label }: { path: string; label: string }) {
  const me = useMe();
  return (
    <Button
      component="a"
      href={fileAddress(path, me)}
      target="_blank"
      rel="noopener"
      size="compact-sm"
      variant="subtle"
    >
      {label}
    </Button>
  );
}

interface CommentsProps {
  comments: PageView['comments'];
  nameOf: (id: string | null | undefined) => string;
  partOf: (id: string | null | undefined) => string;
}

function Comments({ comments, nameOf, partOf }: CommentsProps) {
  const format = useFormat();
  return (
    <Stack gap={4}>
      {comments.map((one) => (
        <div key={`${one.at}${one.section}`} className={classes.quote}>
          <Text size="sm">{one.words}</Text>
          <Text size="xs" c="dimmed">
            {[nameOf(one.person_id), partOf(one.section), format.dateTime(one.at)]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
