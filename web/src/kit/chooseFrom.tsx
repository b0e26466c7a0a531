import { Kbd, Stack, Text, UnstyledButton } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import type { KeyboardEvent, ReactNode } from 'react';
import classes from './chooseFrom.module.css';

export interface Choice {
  key: string;
  label: string;
  /** Said beside it: when that is. */
  aside?: string;
  onChosen: () => void;
}

/** Asks which of a few: by a digit, by the arrows and Enter, or by pointing. */
export function chooseFrom(title: string, choices: Choice[], more?: (close: () => void) => ReactNode): void {
  const id = modals.open({
    title,
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    // The next key is for the page again at once.
    transitionProps: { duration: 0 },
    children: <Choices choices={choices} onDone={() => modals.close(id)} more={more} />,
  });
}

interface ChoicesProps {
  choices: Choice[];
  onDone: () => void;
  more?: (close: () => void) => ReactNode;
}

function Choices({ choices, onDone, more }: ChoicesProps) {
  const take = (choice: Choice) => {
    onDone();
    choice.onChosen();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const choice = choices[Number(event.key) - 1];
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      const buttons = [...event.currentTarget.querySelectorAll('button')];
      const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
      buttons[(at + step + buttons.length) % buttons.length]?.focus();
    } else if (choice && /^[1-9]$/.test(event.key)) take(choice);
    else return;
    event.preventDefault();
  };
  return (
    <Stack gap="xs">
      <Stack gap={0} onKeyDown={onKeyDown}>
        {choices.map((choice, index) => (
          <UnstyledButton
            key={choice.key}
            data-autofocus={index === 0 || undefined}
            className={classes.choice}
            onClick={() => take(choice)}
          >
            <span>{choice.label}</span>
            <Text span size="xs" c="dimmed" ml="auto">
              {choice.aside}
            </Text>
            {index < 9 && <Kbd size="xs">{index + 1}</Kbd>}
          </UnstyledButton>
        ))}
      </Stack>
      {more?.(onDone)}
    </Stack>
  );
}
