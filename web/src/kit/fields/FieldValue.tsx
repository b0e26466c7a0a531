import { Anchor, Badge, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Field, type Money, type RecordBase, type StageKey, stageKeys } from '@/api/model';
import { fieldOf, membersQuery } from '@/api/records';
import { textOr } from '@/i18n/texts';
import { useFormat } from '../format';
import { countryName } from '../regions';
import { StageDot } from '../StageDot';
import { choicesOf, isEmpty } from './labels';

interface FieldValueProps {
  field: Field;
  record: RecordBase;
  /** Text alone, whole: where the value is the label of a choice a link would take the click. */
  plain?: boolean;
}

/** A field's value as it is read, in a list cell or on a record. Links never swallow the click of the row. */
export function FieldValue({ field, record, plain }: FieldValueProps) {
  const value = fieldOf(record, field);
  if (isEmpty(value)) return null;
  if (field.key === 'stage') return <StageName stage={String(value)} />;
  if (field.key === 'status') return <Status status={String(value)} />;
  if (field.key === 'icp_grade') return <Grade grade={String(value)} />;
  switch ((plain ? null : linkKey(field)) ?? field.kind) {
    case 'url':
      return plain ? (
        String(value)
      ) : (
        <OutLink href={webAddress(String(value))} text={String(value).replace(/^https?:\/\/(www\.)?/, '')} />
      );
    case 'email':
      return <OutLink href={`mailto:${String(value)}`} text={String(value)} />;
    case 'phone':
      return <OutLink href={`tel:${String(value)}`} text={String(value)} />;
    case 'multi_choice':
      return (
        <Labels
          field={field}
          plain={plain}
          values={Array.isArray(value) ? value.map(pointText) : [String(value)]}
        />
      );
    case 'user':
      return <MemberName id={String(value)} />;
    case 'company':
    case 'person':
      return <ReferenceName field={field} record={record} value={value} />;
    default:
      return <PlainValue field={field} value={value} />;
  }
}

/** Mail addresses and phone numbers are text to the server and links to the reader. */
export function linkKey(field: Field): 'email' | 'phone' | 'url' | null {
  if (field.key === 'email' || field.key === 'phone') return field.key;
  return field.kind === 'url' || field.key === 'domain' ? 'url' : null;
}

function webAddress(text: string): string {
  return /^https?:\/\//.test(text) ? text : `https://${text}`;
}

function OutLink({ href, text }: { href: string; text: string }) {
  return (
    <Anchor
      href={href}
      target={href.startsWith('http') ? '_blank' : undefined}
      rel="noreferrer"
      inherit
      truncate
      display="block"
      onClick={(event) => event.stopPropagation()}
    >
      {text}
    </Anchor>
  );
}

function PlainValue({ field, value }: { field: Field; value: unknown }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  if (field.key === 'country') return countryName(i18n.language, String(value));
  switch (field.kind) {
    case 'money':
      return format.money(value as Money);
    case 'number':
      return field.key === 'founded_year' ? String(value) : format.number(Number(value));
    case 'date':
      return format.date(String(value));
    case 'instant':
      return <time title={format.dateTime(String(value))}>{format.moment(String(value))}</time>;
    case 'yes_no':
      return t(value ? 'kit.yes' : 'kit.no');
    case 'choice':
      return (
        choicesOf(field, i18n.language, t).find((one) => one.value === value)?.label ??
        textOr(t, `records.choice.${field.key}.${String(value)}`, String(value))
      );
    default:
      return typeof value === 'object' ? null : String(value);
  }
}

/** Addresses and numbers of a person are objects with a `value`. */
function pointText(one: unknown): string {
  return one !== null && typeof one === 'object'
    ? String((one as { value?: unknown }).value ?? '')
    : String(one);
}

interface LabelsProps {
  field: Field;
  values: string[];
  plain?: boolean;
}

function Labels({ field, values, plain }: LabelsProps) {
  const { t, i18n } = useTranslation();
  const choices = choicesOf(field, i18n.language, t);
  const word = (value: string) => choices.find((one) => one.value === value)?.label ?? value;
  if (plain) return values.map(word).join('\n');
  return (
    <Group gap={4} wrap="nowrap">
      {values.map((value) => (
        <Badge key={value} variant="light" color="gray" tt="none" fw={500}>
          {word(value)}
        </Badge>
      ))}
    </Group>
  );
}

export function MemberName({ id }: { id: string | null | undefined }) {
  const { data } = useQuery(membersQuery);
  return data?.find((member) => member.user_id === id)?.name ?? null;
}

function ReferenceName({ field, record, value }: { field: Field; record: RecordBase; value: unknown }) {
  const name = record[field.key.replace(/_id$/, '_name')];
  if (typeof name === 'string') return name;
  const nested = value as { name?: string };
  return typeof value === 'object' && nested?.name ? nested.name : String(value);
}

export function StageName({ stage }: { stage: string }) {
  const { t } = useTranslation();
  if (!(stageKeys as readonly string[]).includes(stage)) return stage;
  return (
    <Group gap={6} wrap="nowrap" component="span">
      <StageDot stage={stage as StageKey} />
      <span>{t(`stage.${stage as StageKey}.name`)}</span>
    </Group>
  );
}

export function Status({ status }: { status: string }) {
  const { t } = useTranslation();
  const color = status === 'won' ? 'green' : status === 'lost' ? 'red' : 'gray';
  return (
    <Badge variant="light" color={color} c={status === 'won' ? 'var(--good)' : undefined}>
      {textOr(t, `stage.status.${status}`, status)}
    </Badge>
  );
}

export function Grade({ grade }: { grade: string }) {
  const color = grade === 'A' ? 'green' : grade === 'B' ? 'ink' : 'gray';
  return (
    <Badge
      variant={grade === 'D' || grade === '?' ? 'outline' : 'light'}
      color={color}
      c={grade === 'A' ? 'var(--good)' : undefined}
      fw={650}
      w={26}
      px={0}
    >
      {grade}
    </Badge>
  );
}

export function Secondary({ children }: { children: React.ReactNode }) {
  return (
    <Text component="span" size="xs" c="dimmed">
      {children}
    </Text>
  );
}
