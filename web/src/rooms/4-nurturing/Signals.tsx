import { Anchor, Button, Collapse, Group, Select, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NurtureView } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { useStartMove } from '@/kit/move/useMove';
import { RecordSection } from '@/kit/record/RecordLayout';
import { useDealWrite } from '@/kit/useDealWrite';
import { signalKinds } from './nurturing';

/** Points of interest, the signs behind them, and the jump to the offer when it is urgent. */
export function Signals({ deal, view }: { deal: Deal; view: NurtureView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const start = useStartMove();
  const [shown, { toggle }] = useDisclosure(false);
  const points = (value: number) => format.number(value, 0);
  return (
    <RecordSection title={t('nurturing.signals.title')}>
      {view.signals.length === 0 ? (
        <Text c="dimmed">{t('nurturing.signals.empty')}</Text>
      ) : (
        <Anchor component="button" type="button" aria-expanded={shown} onClick={toggle}>
          {t('nurturing.signals.points', { points: points(view.score), count: view.signals.length })}
        </Anchor>
      )}
      {view.hot && <Text c="var(--good)">{t('nurturing.signals.hot')}</Text>}
      <Collapse expanded={shown}>
        {view.signals.map((one) => (
          <Group key={one.id} justify="space-between" wrap="nowrap" py={4}>
            <Text size="xs">
              {[textOr(t, `nurturing.signal.${one.kind}`, one.kind), one.note].filter(Boolean).join(' · ')}
            </Text>
            <Text size="xs" c="dimmed">
              {[
                format.relative(one.at),
                t('nurturing.signals.counts', { points: format.number(one.points, 1) }),
              ].join(' · ')}
            </Text>
          </Group>
        ))}
      </Collapse>
      {view.jump_lacks?.length === 0 && canWrite && (
        <Button variant="light" mt="xs" onClick={() => start(deal, 'skip_urgent')}>
          {t('nurturing.signals.jump')}
        </Button>
      )}
      {canWrite && <SignalForm deal={deal} />}
    </RecordSection>
  );
}

function SignalForm({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<string>('company_change');
  const [note, setNote] = useState('');
  const add = useDealWrite(
    () => api.post(`/deals/${deal.id}/signals`, { kind, note: note.trim() || null }),
    () => setNote(''),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(undefined);
      }}
    >
      <Group gap="xs" mt="xs">
        <Select
          w={190}
          aria-label={t('nurturing.signals.kind')}
          allowDeselect={false}
          data={signalKinds.map((one) => ({ value: one, label: t(`nurturing.signal.${one}`) }))}
          value={kind}
          onChange={(next) => next && setKind(next)}
        />
        <TextInput
          flex={1}
          miw={140}
          maxLength={2000}
          aria-label={t('nurturing.signals.note')}
          placeholder={t('nurturing.signals.note')}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button type="submit" variant="light" loading={add.isPending}>
          {t('kit.add')}
        </Button>
      </Group>
    </form>
  );
}
