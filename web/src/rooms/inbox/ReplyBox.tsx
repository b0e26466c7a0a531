import { Alert, Button, Group, Kbd, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationThread, Replied } from '@/api/generated/model';
import { api, Problem } from '@/api/http';
import { problemText } from '@/kit/problems';
import { InsertSnippet } from './InsertSnippet';
import classes from './inbox.module.css';

/** What was begun and not sent stays while one walks on. */
const drafts = new Map<string, string>();

interface ReplyBoxProps {
  thread: ConversationThread;
  onSent: (answer: Replied) => void;
  /** Somebody wrote meanwhile: what is on screen is old. */
  onStale: () => void;
}

/** Answers in the thread. Ctrl+Enter sends, with Shift it is done as well; `;` between words inserts a snippet. */
export function ReplyBox({ thread, onSent, onStale }: ReplyBoxProps) {
  const { t } = useTranslation();
  const { conversation, signature } = thread;
  const [text, setText] = useState(drafts.get(conversation.id) ?? '');
  const write = (next: string) => {
    setText(next);
    drafts.set(conversation.id, next);
  };
  const box = useRef<HTMLTextAreaElement>(null);
  const openSnippets = useRef<(() => void) | null>(null);
  const insert = (words: string) => {
    const at = box.current?.selectionStart ?? text.length;
    write(text.slice(0, at) + words + text.slice(box.current?.selectionEnd ?? at));
    // The caret stands behind what was put in, once it is on screen.
    requestAnimationFrame(() => box.current?.setSelectionRange(at + words.length, at + words.length));
  };
  const send = useMutation({
    mutationFn: (how: { done: boolean; again?: boolean }) =>
      api.post<Replied>(`/inbox/conversations/${conversation.id}/reply`, {
        answers_id: conversation.message_id,
        text,
        ...how,
      }),
    meta: { quiet: true },
    onSuccess: (answer) => {
      write('');
      (document.activeElement as HTMLElement | null)?.blur();
      onSent(answer);
    },
    onError: onStale,
  });
  const ready = text.trim() !== '' && !send.isPending;
  const submit = (done: boolean) => {
    if (ready) send.mutate({ done });
  };
  const answered = send.error instanceof Problem && send.error.code === 'answered';
  return (
    <div className={classes.reply}>
      {send.error && (
        <Alert color={answered ? 'yellow' : 'red'} p="xs" mb="xs">
          <Group justify="space-between" gap="xs">
            <Text size="sm">{problemText(t, send.error)}</Text>
            {answered && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => send.mutate({ done: send.variables?.done ?? false, again: true })}
              >
                {t('inbox.reply.again')}
              </Button>
            )}
          </Group>
        </Alert>
      )}
      <Textarea
        ref={box}
        autosize
        minRows={2}
        maxRows={14}
        maxLength={50_000}
        aria-label={t('inbox.reply.label', { name: conversation.person_name })}
        placeholder={t('inbox.reply.hint', { name: conversation.person_name })}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            submit(event.shiftKey);
          }
          const before = text.slice(0, event.currentTarget.selectionStart);
          if (event.key === ';' && conversation.person_id && /(^|\s)$/.test(before)) {
            event.preventDefault();
            openSnippets.current?.();
          }
          if (event.key === 'Escape') {
            event.preventDefault();
            event.currentTarget.blur();
          }
        }}
      />
      {text !== '' && signature.trim() !== '' && (
        <Text size="xs" c="dimmed" className={classes.signature}>
          {signature.trim()}
        </Text>
      )}
      <Group gap="xs" mt="xs" justify="flex-end">
        {conversation.person_id && (
          <InsertSnippet
            personId={conversation.person_id}
            opener={openSnippets}
            onChosen={insert}
            onClosed={() => box.current?.focus()}
          />
        )}
        <Button
          variant="default"
          disabled={!ready}
          rightSection={
            <Kbd size="xs" className={classes.key}>
              {'Ctrl ⏎'}
            </Kbd>
          }
          onClick={() => submit(false)}
        >
          {t('inbox.reply.send')}
        </Button>
        <Button
          disabled={!ready}
          loading={send.isPending}
          rightSection={
            <Kbd size="xs" className={classes.key}>
              {'Ctrl ⇧ ⏎'}
            </Kbd>
          }
          onClick={() => submit(true)}
        >
          {t('inbox.reply.send_done')}
        </Button>
      </Group>
    </div>
  );
}
