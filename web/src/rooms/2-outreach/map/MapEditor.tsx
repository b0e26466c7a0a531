import { Group, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VariantsView } from '@/api/generated/model';
import { Panel } from '@/kit/Page';
import { AddStep } from '../editor/AddStep';
import classes from '../editor/editor.module.css';
import { StepCard } from '../editor/StepCard';
import type { DraftStep } from '../editor/steps';
import type { StepActions } from '../editor/useSteps';
import page from '../outreach.module.css';
import { SequenceMap } from './SequenceMap';

interface MapEditorProps {
  steps: readonly DraftStep[];
  figures: readonly VariantsView[];
  actions: StepActions;
}

/** The map, and beside it the step that is chosen on it. */
export function MapEditor({ steps, figures, actions }: MapEditorProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(steps[0]?.uid ?? null);
  const beside = useRef<HTMLDivElement>(null);
  const choose = (uid: string) => {
    setChosen(uid);
    // Where there is no room beside the map the step is written below it.
    const stands = beside.current?.getBoundingClientRect();
    if (stands && stands.top > window.innerHeight * 0.8) beside.current?.scrollIntoView({ block: 'start' });
  };
  const at = steps.findIndex((one) => one.uid === chosen);
  return (
    <div className={page.editor} data-even>
      <Stack gap="sm">
        <SequenceMap steps={steps} chosen={chosen} onChoose={choose} />
        <Group>
          <AddStep onAdd={actions.add} />
        </Group>
      </Stack>
      <div ref={beside} className={classes.beside}>
        {at < 0 ? (
          <Panel>
            <Text c="dimmed">{t('outreach.map.choose')}</Text>
          </Panel>
        ) : (
          <StepCard
            key={chosen}
            steps={steps}
            at={at}
            figures={figures.find((one) => one.step === at + 1)}
            onChange={(next, what) => actions.change(at, next, what)}
            onSteps={actions.put}
            onRemove={() => actions.remove(at)}
          />
        )}
      </div>
    </div>
  );
}
