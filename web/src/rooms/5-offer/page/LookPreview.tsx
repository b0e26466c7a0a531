import { useTranslation } from 'react-i18next';
import type { ThemeSetting } from '@/api/generated/model';
import classes from './look.module.css';

/** The head of an offer's page in small. */
export function LookPreview({ theme }: { theme: ThemeSetting }) {
  const { t } = useTranslation();
  return (
    <div className={classes.sheet} style={{ '--accent': theme.accent } as React.CSSProperties}>
      <p className={classes.sender}>{theme.sender}</p>
      <p className={classes.kind}>{t('offerpage.look.kind')}</p>
      <p className={classes.title}>{t('offerpage.look.sample')}</p>
      <span className={classes.button}>{t('offerpage.look.accept')}</span>
      <p className={classes.lines}>{theme.sender_lines}</p>
    </div>
  );
}
