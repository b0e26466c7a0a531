import { Badge, Button, Group, Modal, Select, Skeleton, Stack, Table, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MailLaw, MailRule } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { countryName } from '@/kit/regions';
import { useSave } from '../../settings/useSave';
import { groundsOf, lawsQuery } from './basis';
import { LawChoices } from './LawChoices';

/** What automatic mail needs in each country; an admin sets a country otherwise, with a reason. */
export function MailLawsSection() {
  const { t, i18n } = useTranslation();
  const canChange = useCan('admin');
  const laws = useQuery(lawsQuery);
  const [changing, setChanging] = useState<MailLaw | null>(null);
  const named = (place: string) =>
    place === 'other' ? t('outreach.basis.other') : countryName(i18n.language, place);
  if (laws.isPending) return <Skeleton h={320} />;
  if (laws.isError) return <ProblemAlert error={laws.error} retry={() => laws.refetch()} />;
  return (
    <Panel title={t('settings.section.mail_laws')} lead={t('outreach.basis.lead')}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('entry.field.country')}</Table.Th>
            <Table.Th>{t('outreach.basis.needed')}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {laws.data.map((law) => (
            <Table.Tr key={law.place}>
              <Table.Td>{named(law.place)}</Table.Td>
              <Table.Td>
                {law.rule ? (
                  <>
                    <Badge variant="light">{t(`outreach.basis.need.${law.rule.need}`)}</Badge>
                    <Text size="xs" c="dimmed">
                      {law.rule.reason}
                    </Text>
                  </>
                ) : (
                  <Text size="sm">{groundsOf(t, law)}</Text>
                )}
              </Table.Td>
              <Table.Td>
                {canChange && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={t('outreach.basis.change_of', { place: named(law.place) })}
                    onClick={() => setChanging(law)}
                  >
                    {t('outreach.basis.change')}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <LawChoices />
      <Modal
        opened={changing !== null}
        onClose={() => setChanging(null)}
        title={changing && named(changing.place)}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        {changing && <RuleForm law={changing} laws={laws.data} onDone={() => setChanging(null)} />}
      </Modal>
    </Panel>
  );
}

const asLaw = 'law';

interface RuleFormProps {
  law: MailLaw;
  laws: MailLaw[];
  onDone: () => void;
}

function RuleForm({ law, laws, onDone }: RuleFormProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { need: law.rule?.need ?? asLaw, reason: law.rule?.reason ?? '' },
  });
  const save = useSave(
    ({ need, reason }: typeof form.values) => {
      const rules: Record<string, MailRule> = {};
      for (const { place, rule } of laws) if (rule && place !== law.place) rules[place] = rule;
      if (need !== asLaw) rules[law.place] = { need: need as MailRule['need'], reason };
      return api.patch('/workspace', { settings: { mail_rules: rules } });
    },
    ['/mail-laws', '/workspace', '/mail-basis'],
    onDone,
  );
  const own = form.values.need !== asLaw;
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        <Text size="sm">
          {textOr(t, `outreach.basis.law.${law.law}`, law.law, { country: t('outreach.basis.there') })}{' '}
          {groundsOf(t, law)}
        </Text>
        <Select
          allowDeselect={false}
          label={t('outreach.basis.needed')}
          data={[asLaw, 'nothing', 'consent'].map((need) => ({
            value: need,
            label: textOr(t, `outreach.basis.need.${need}`, need),
          }))}
          {...form.getInputProps('need')}
        />
        {own && (
          <Textarea
            required
            autosize
            minRows={2}
            maxLength={2000}
            label={t('outreach.basis.reason')}
            description={t('outreach.basis.reason_hint')}
            {...form.getInputProps('reason')}
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
