import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { ClosingView } from '@/api/generated/model';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { AttemptForm } from './AttemptForm';
import { Nudge } from './Nudge';

/** Each time the decision was asked for, and what they said. */
export function Attempts({ deal, view }: { deal: Deal; view: ClosingView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const [open, { open: show, close }] = useDisclosure(false);
  const [writing, { open: write, close: leave }] = useDisclosure(false);
  return (
    <RecordSection
      title={t('closing.attempts')}
      aside={
        canWrite &&
        !open &&
        !writing && (
          <Group gap={4}>
            <Button size="compact-xs" variant="subtle" onClick={show}>
              {t('closing.ask')}
            </Button>
            <Button size="compact-xs" variant="subtle" onClick={write}>
              {t('closing.nudge.write')}
            </Button>
          </Group>
        )
      }
    >
      {view.attempts.length === 0 && !open && <Text c="dimmed">{t('closing.no_attempt')}</Text>}
      {writing && <Nudge deal={deal} view={view} onDone={leave} />}
      {open && <AttemptForm deal={deal} view={view} onDone={close} />}
      {view.attempts.toReversed().map((one) => (
        <div key={one.id} className={classes.line}>
          <Group gap="xs">
            <Text fw={500}>{textOr(t, `closing.close.${one.kind}`, one.kind)}</Text>
            <Badge size="sm" variant="light" tt="none" color={one.answer === 'yes' ? 'green' : 'gray'}>
              {textOr(t, `closing.answered.${one.answer}`, one.answer)}
            </Badge>
            {(one.levers ?? []).map((key) => (
              <Badge key={key} size="sm" variant="outline" color="gray" tt="none">
                {textOr(t, `closing.lever.${key}`, key)}
              </Badge>
            ))}
            <Text size="xs" c="dimmed">
              {format.relative(one.at)}
            </Text>
          </Group>
          <Text size="sm">{one.words}</Text>
          {one.answer_words && <Text className={classes.quote}>{one.answer_words}</Text>}
        </div>
      ))}
    </RecordSection>
  );
}
