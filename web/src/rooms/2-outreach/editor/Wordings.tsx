import { ActionIcon, Button, Group, Select, Stack, Tabs } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useContext, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Allocation, VariantsView } from '@/api/generated/model';
import { FaultsContext } from './faults';
import { MailFields } from './MailFields';
import { type DraftStep, letterOf, mostWordings, withoutWording } from './steps';
import { WordingFigures } from './WordingFigures';

interface WordingsProps {
  at: number;
  step: DraftStep;
  answers: boolean;
  /** What the saved wordings brought. */
  figures?: VariantsView;
  onChange: (next: Partial<DraftStep>, what: string) => void;
}

/** A mail in one wording, or in several under tabs. */
export function Wordings(props: WordingsProps) {
  const { at, step, answers, figures, onChange } = props;
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(0);
  const faults = Object.keys(useContext(FaultsContext));
  const arms = step.variants.length + 1;
  const arm = Math.min(chosen, arms - 1);
  const fields = <MailFields at={at} step={step} arm={arm} answers={answers} onChange={onChange} />;
  const add = arms < mostWordings && (
    <Button
      size="compact-xs"
      variant="subtle"
      leftSection={<IconPlus size={13} />}
      onClick={() => {
        onChange({ variants: [...step.variants, { subject: step.subject, body: step.body }] }, '');
        setChosen(arms);
      }}
    >
      {t('outreach.wording.add')}
    </Button>
  );
  if (arms === 1) {
    return (
      <Stack gap="xs">
        {fields}
        <Group>{add}</Group>
      </Stack>
    );
  }
  const wrong = (n: number) =>
    faults.some((one) =>
      n === 0
        ? one === `steps.${at}.subject` || one === `steps.${at}.body`
        : one.startsWith(`steps.${at}.variants.${n - 1}.`),
    );
  return (
    <Stack gap="xs">
      <Tabs value={String(arm)} onChange={(next) => setChosen(Number(next))} keepMounted={false}>
        <Group gap={4} wrap="nowrap" justify="space-between">
          <Tabs.List aria-label={t('outreach.wording.tabs')}>
            {Array.from({ length: arms }, (_, n) => (
              <Tabs.Tab
                key={letterOf(n)}
                value={String(n)}
                color={wrong(n) ? 'red' : undefined}
                c={wrong(n) ? 'var(--harm)' : undefined}
                aria-label={`${t('outreach.wording.one', { letter: letterOf(n) })}${wrong(n) ? `, ${t('outreach.wording.wrong')}` : ''}`}
              >
                {letterOf(n)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Group gap={4}>
            {add}
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={t('outreach.wording.remove', { letter: letterOf(arm) })}
              onClick={() => onChange(withoutWording(step, arm), '')}
            >
              <IconX size={14} />
            </ActionIcon>
          </Group>
        </Group>
        <Tabs.Panel value={String(arm)} pt="xs">
          {fields}
        </Tabs.Panel>
      </Tabs>
      <Select
        label={t('outreach.wording.allocation')}
        allowDeselect={false}
        data={[
          { value: 'fixed', label: t('outreach.wording.fixed') },
          { value: 'bandit', label: t('outreach.wording.bandit') },
        ]}
        value={step.allocation}
        onChange={(next) => next && onChange({ allocation: next as Allocation }, '')}
      />
      {figures && <WordingFigures figures={figures} />}
    </Stack>
  );
}
