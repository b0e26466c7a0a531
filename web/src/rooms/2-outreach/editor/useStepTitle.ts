import { useTranslation } from 'react-i18next';
import { type DraftStep, isReply } from './steps';

/** What a step is called where there is one line for it. */
export function useStepTitle(): (step: DraftStep, at: number) => string {
  const { t } = useTranslation();
  return (step, at) => {
    if (step.kind === 'wait') return t('outreach.kind_hint.wait');
    if (step.kind === 'mail' && at > 0 && isReply(step)) {
      // A greeting says nothing; the first line that is a sentence of its own does.
      const lines = step.body.split('\n').map((line) => line.trim());
      return lines.find((line) => line.length > 12 && !line.includes('{{')) ?? t('outreach.step.no_subject');
    }
    return step.subject.trim() || t('outreach.step.untitled');
  };
}
