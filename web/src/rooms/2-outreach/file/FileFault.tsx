import { Alert, List, ScrollArea, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type FieldProblem, Problem } from '@/api/http';
import { textOr } from '@/i18n/texts';
import { fieldProblemText, problemText } from '@/kit/problems';
import { excerptOf, faultOf, faultWords } from './fault';
import classes from './file.module.css';

const intoSight = (alert: HTMLElement | null) => alert?.scrollIntoView({ block: 'nearest' });

interface FileFaultProps {
  error: unknown;
  name: string;
  text: string;
}

/** Why a file was not taken: the line at fault as it stands in it, or what is wrong with which step. */
export function FileFault({ error, name, text }: FileFaultProps) {
  const { t } = useTranslation();
  const faults = error instanceof Problem ? error.errors : [];
  const unreadable = faults.find((one) => one.field === 'text' && one.code === 'unreadable');
  return (
    <Alert
      ref={intoSight}
      color="red"
      variant="light"
      role="alert"
      p="sm"
      title={t('outreach.file.refused', { name })}
    >
      {unreadable ? (
        <Unreadable message={unreadable.message} text={text} />
      ) : faults.length > 0 ? (
        <List size="sm" spacing={2}>
          {faults.map((one) => (
            <List.Item key={one.field + one.code}>
              <FieldFault fault={one} />
            </List.Item>
          ))}
        </List>
      ) : (
        problemText(t, error)
      )}
    </Alert>
  );
}

/** What is wrong with one field of which step. */
function FieldFault({ fault }: { fault: FieldProblem }) {
  const { t } = useTranslation();
  const { field, code } = fault;
  const step = /^steps\.(\d+)\./.exec(field)?.[1];
  const name = field.split('.').at(-1) ?? '';
  const where = [
    step && t('outreach.file.step', { number: Number(step) + 1 }),
    textOr(t, `error.name.${name}`, ''),
  ].filter(Boolean);
  const merge = code === 'invalid' && (name === 'subject' || name === 'body');
  return (
    <>
      {where.length > 0 && <b>{where.join(' · ')}: </b>}
      {merge ? t('outreach.file.wrong.merge') : fieldProblemText(t, fault)}
    </>
  );
}

function Unreadable({ message, text }: { message: string; text: string }) {
  const { t } = useTranslation();
  const fault = faultOf(message);
  const lines = excerptOf(text, fault);
  const { line, column } = fault;
  const where =
    line !== null &&
    (column === null ? t('outreach.file.line', { line }) : t('outreach.file.place', { line, column }));
  return (
    <>
      <Text size="sm">
        {where && <b>{where}: </b>}
        {faultWords(t, fault)}
      </Text>
      {lines.length > 0 && (
        <ScrollArea
          mt="xs"
          type="auto"
          className={classes.excerpt}
          viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': t('outreach.file.excerpt') }}
        >
          <pre>
            {lines.map((one) => (
              <span key={one.number} className={classes.line} data-fault={one.number === line || undefined}>
                <span className={classes.number}>{one.number}</span>
                {one.text}
                {one.marked && <mark className={classes.marked}>{one.marked}</mark>}
                {one.after}
                {'\n'}
              </span>
            ))}
          </pre>
        </ScrollArea>
      )}
    </>
  );
}
