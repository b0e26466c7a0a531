import { Alert, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { PieceForm } from '@/api/generated/model';
import { useFormat } from '@/kit/format';
import { LeftOut } from '@/kit/LeftOut';
import type { Named } from '@/kit/openConsent';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { fieldProblems, problemText } from '@/kit/problems';
import { hasMergeField, type PieceText } from './makePieces';
import { PieceInputs } from './PieceInputs';
import { isPrintable, mostAtOnce } from './pieces';
import { useMakePieces } from './useMakePieces';

interface NewPieceProps {
  people: readonly Named[];
  onDone: () => void;
}

const isPrinted = ({ kind = 'letter' }: PieceForm) => isPrintable({ kind, missing: [] });

/** A letter, a card or a gift for one person, or the same for each of several. */
export function NewPiece({ people, onDone }: NewPieceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { make, left, refused, done } = useMakePieces(people, onDone);
  const plain = (value?: string) => (hasMergeField(value ?? '') ? t('outreach.piece.no_fields') : null);
  const form = useForm({
    initialValues: { form: {}, body: '', goal: '' } as Required<PieceText>,
    validate: {
      form: { headline: plain, personality: plain, unique_value: plain },
      body: (body, { form }) =>
        isPrinted(form) && body.trim() === '' ? t('error.field.required') : plain(body),
      goal: plain,
    },
  });
  if (refused.length > 0 && left.length === 0) {
    return (
      <LeftOut
        title={t('outreach.piece.not_prepared', { count: refused.length })}
        people={refused.map(({ person, error }) => ({ ...person, why: problemText(t, error) }))}
        onDone={onDone}
      />
    );
  }
  const many = people.length > mostAtOnce;
  const send = form.onSubmit((values) =>
    make.mutate(values, {
      onSuccess: ({ error }) => {
        for (const { field, message } of fieldProblems(t, error)) form.setFieldError(field, message);
      },
    }),
  );
  const error = make.data?.error;
  return (
    <form onSubmit={send}>
      <Stack gap="sm">
        {people.length > 1 && (
          <div>
            <Text fw={600}>{t('outreach.several.for', { count: left.length })}</Text>
            <Text size="xs" c="dimmed">
              {t('outreach.piece.same_text')}
            </Text>
          </div>
        )}
        {many && (
          <Alert color="orange" variant="light" p="xs">
            {t('outreach.several.at_once', { most: format.number(mostAtOnce) })}
          </Alert>
        )}
        <PieceInputs
          piece={form.values.form}
          faults={{
            headline: form.errors['form.headline'],
            personality: form.errors['form.personality'],
            unique_value: form.errors['form.unique_value'],
            cost: form.errors['form.cost'],
          }}
          onChange={(next) => {
            form.setFieldValue('form', (form) => ({ ...form, ...next }));
            for (const field of Object.keys(next)) form.clearFieldError(`form.${field}`);
          }}
        />
        <Textarea
          autosize
          minRows={6}
          maxRows={14}
          maxLength={6000}
          withAsterisk={isPrinted(form.values.form)}
          label={t('outreach.piece.body')}
          {...form.getInputProps('body')}
        />
        <TextInput
          maxLength={500}
          label={t('outreach.sequence.goal')}
          placeholder={t('outreach.piece.goal_hint')}
          {...form.getInputProps('goal')}
        />
        {fieldProblems(t, error).length === 0 && <ProblemAlert error={error} />}
        <Group justify="flex-end" gap="sm">
          {make.isPending && people.length > 1 && (
            <Text size="xs" c="dimmed" role="status">
              {t('kit.progress.of', { done: format.number(done), total: format.number(left.length) })}
            </Text>
          )}
          <Button type="submit" loading={make.isPending} disabled={many}>
            {t('outreach.piece.prepare')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
