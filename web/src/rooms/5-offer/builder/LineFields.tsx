import { Badge, Collapse, Group, NumberInput, Select, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { MoneyAmount } from '../MoneyAmount';
import { bpOf, type Line, type Pack, percentOf, periods } from '../offer';
import { Answers } from './Answers';
import classes from './builder.module.css';
import { LineMore } from './LineMore';
import { LineTools } from './LineTools';

interface LineProps {
  pack: Pack;
  /** Its place in the package. */
  place: number;
  deal: string;
  currency: string;
  /** What it comes to; unknown of what is not counted, or not saved yet. */
  amount: number | undefined;
  isUntied: boolean;
  isLit: boolean;
  readOnly: boolean;
  onChange: (pack: Pack) => void;
}

/** A line: what, how many, for how much, and which of their needs it answers. */
export function LineFields(props: LineProps) {
  const { pack, place, currency, amount, readOnly, onChange } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const line = pack.lines[place];
  if (!line) return null;
  const write = (changes: Partial<Line>) =>
    onChange({
      ...pack,
      lines: pack.lines.map((one) => (one.id === line.id ? { ...one, ...changes } : one)),
    });
  const isLowered = line.list_minor !== null && line.unit_minor < line.list_minor;
  const isGraduated = line.steps.length > 0;
  return (
    <fieldset className={classes.line} data-lit={props.isLit || undefined}>
      <VisuallyHidden component="legend">{line.text || t('offer.line.new')}</VisuallyHidden>
      <div className={classes.fields}>
        <TextInput
          required
          maxLength={500}
          readOnly={readOnly}
          label={t('offer.line.text')}
          value={line.text}
          onChange={(event) => write({ text: event.currentTarget.value })}
        />
        <NumberInput
          hideControls
          min={0}
          decimalScale={6}
          allowNegative={false}
          readOnly={readOnly}
          label={t('offer.line.quantity')}
          value={line.quantity}
          onChange={(next) => write({ quantity: String(next === '' ? 0 : next) })}
        />
        <MoneyAmount
          readOnly={readOnly || isGraduated}
          label={t('offer.line.unit_price')}
          currency={currency}
          minor={line.unit_minor}
          onChange={(unit_minor) => write({ unit_minor })}
        />
        <Select
          allowDeselect={false}
          disabled={readOnly}
          label={t('offer.line.period')}
          data={periods.map((one) => ({ value: one, label: t(`offer.period.${one}`) }))}
          value={line.period}
          onChange={(period) => period && write({ period: period as Line['period'] })}
        />
        <NumberInput
          hideControls
          min={0}
          max={100}
          decimalScale={2}
          suffix="%"
          readOnly={readOnly}
          label={t('offer.line.discount')}
          value={percentOf(line.discount_bp)}
          onChange={(next) => bpOf(next) !== line.discount_bp && write({ discount_bp: bpOf(next) })}
        />
        <Text className={classes.amount}>
          {amount === undefined ? '–' : format.money({ minor: amount, currency })}
        </Text>
      </div>
      <Group gap="xs" mt={6} align="center">
        <Answers
          deal={props.deal}
          line={line}
          readOnly={readOnly}
          onChange={(answers) => write({ answers })}
        />
        {props.isUntied && (
          <Badge variant="light" color="yellow" tt="none">
            {t('offer.line.untied')}
          </Badge>
        )}
        {!line.mandatory && (
          <Badge variant="light" color="gray" tt="none">
            {t('offer.line.optional')}
          </Badge>
        )}
        {line.alternative_to && (
          <Badge variant="light" color="gray" tt="none">
            {t('offer.line.alternative')}
          </Badge>
        )}
        {isLowered && (
          <Text size="xs" c="var(--warn)">
            {t('offer.line.lowered', { list: format.money({ minor: line.list_minor ?? 0, currency }) })}
          </Text>
        )}
        {line.rise && (
          <Text size="xs" c="dimmed">
            {t('offer.line.rise', {
              price: format.money({ minor: line.rise.minor, currency }),
              day: format.date(line.rise.on),
            })}
          </Text>
        )}
        <LineTools {...props} line={line} isOpen={open} onOpen={() => setOpen(!open)} />
      </Group>
      <Collapse expanded={open}>
        {open && <LineMore line={line} pack={pack} readOnly={readOnly} onChange={write} />}
      </Collapse>
    </fieldset>
  );
}
