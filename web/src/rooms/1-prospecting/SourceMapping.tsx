import { ActionIcon, Autocomplete, Button, NumberInput, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFields } from '@/api/records';
import { Panel } from '@/kit/Page';
import { examples, mayFill, type Rule, type SourceContent, type Transform, transforms } from './enrichment';
import classes from './enrichment.module.css';

interface Props {
  content: SourceContent;
  onChange: (part: Partial<SourceContent>) => void;
}

const blank: Rule = { from: '', to: '', transform: 'text', choices: [], currency: null, confidence: 0.8 };

/** Which value of an answer goes into which field. */
export function SourceMapping({ content, onChange }: Props) {
  const { t } = useTranslation();
  const rules = content.mapping;
  const set = (at: number, part: Partial<Rule>) =>
    onChange({ mapping: rules.map((rule, n) => (n === at ? { ...rule, ...part } : rule)) });
  return (
    <Panel title={t('enrichment.mapping')} lead={t('enrichment.mapping_lead')}>
      {rules.map((rule, n) => (
        <RuleLine
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
          key={n}
          first={n === 0}
          rule={rule}
          content={content}
          onChange={(part) => set(n, part)}
          onRemove={() => onChange({ mapping: rules.filter((_, at) => at !== n) })}
        />
      ))}
      <Button
        mt="xs"
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={12} />}
        onClick={() => onChange({ mapping: [...rules, blank] })}
      >
        {t('enrichment.add_rule')}
      </Button>
    </Panel>
  );
}

interface RuleLineProps {
  first: boolean;
  rule: Rule;
  content: SourceContent;
  onChange: (part: Partial<Rule>) => void;
  onRemove: () => void;
}

/** Labels stand above the first line only; the others carry them for whoever does not see the column. */
function RuleLine({ first, rule, content, onChange, onRemove }: RuleLineProps) {
  const { t } = useTranslation();
  const fields = useFields(content.on).filter(mayFill);
  const targets = fields.map((field) =>
    field.custom ? `custom.${field.key.replace(/^custom\./, '')}` : field.key,
  );
  const named = (text: string) => (first ? { label: text } : { 'aria-label': text });
  return (
    <div className={classes.rule}>
      <TextInput
        {...named(t('enrichment.rule_from'))}
        placeholder={examples.from}
        value={rule.from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <Autocomplete
        {...named(t('enrichment.rule_to'))}
        placeholder={examples.to}
        data={targets}
        value={rule.to}
        onChange={(to) => onChange({ to })}
      />
      <Select
        {...named(t('enrichment.rule_as'))}
        allowDeselect={false}
        data={transforms.map((value) => ({ value, label: t(`enrichment.transform.${value}`) }))}
        value={rule.transform}
        onChange={(transform) => onChange({ transform: (transform ?? 'text') as Transform })}
      />
      <NumberInput
        {...named(t('enrichment.rule_sure'))}
        suffix=" %"
        min={0}
        max={100}
        hideControls
        value={Math.round(rule.confidence * 100)}
        onChange={(value) => onChange({ confidence: Number(value) / 100 })}
      />
      <ActionIcon
        mb={6}
        variant="subtle"
        color="gray"
        aria-label={t('enrichment.remove_rule', { field: rule.to })}
        onClick={onRemove}
      >
        <IconTrash size={14} />
      </ActionIcon>
      {rule.transform === 'choice' && (
        <TextInput
          className={classes.whole}
          label={t('enrichment.choices')}
          placeholder={examples.choices}
          defaultValue={rule.choices.map(({ from, to }) => `${from} = ${to}`).join(', ')}
          onChange={(event) => onChange({ choices: choicesIn(event.currentTarget.value) })}
        />
      )}
      {rule.transform === 'money' && (
        <TextInput
          className={classes.whole}
          label={t('enrichment.currency')}
          placeholder={examples.currency}
          value={rule.currency ?? ''}
          onChange={(event) => onChange({ currency: event.currentTarget.value.toUpperCase() || null })}
        />
      )}
    </div>
  );
}

/** "SaaS = software, Games = games": words of theirs and ours. */
export function choicesIn(text: string): Rule['choices'] {
  const pairs = text.split(',').map((pair) => pair.split('=').map((word) => word.trim()));
  return pairs.flatMap(([from, to]) => (from && to ? [{ from, to }] : []));
}
