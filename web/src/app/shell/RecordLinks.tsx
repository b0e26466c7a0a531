import { IconBuilding, IconCurrencyDollar, IconLayoutKanban, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import classes from './Rail.module.css';

const places = [
  { to: '/cycle', key: 'cycle', Icon: IconLayoutKanban },
  { to: '/companies', key: 'companies', Icon: IconBuilding },
  { to: '/people', key: 'people', Icon: IconUsers },
  { to: '/deals', key: 'deals', Icon: IconCurrencyDollar },
] as const;

export function RecordLinks() {
  const { t } = useTranslation();
  return (
    <div className={classes.links}>
      {places.map(({ to, key, Icon }) => (
        <Link
          key={to}
          to={to}
          className={classes.place}
          activeProps={{ 'data-active': true }}
          activeOptions={{ includeSearch: false }}
        >
          <span className={classes.icon}>
            <Icon size={16} stroke={1.7} aria-hidden />
          </span>
          <span className={classes.label}>{t(`app.nav.${key}`)}</span>
        </Link>
      ))}
    </div>
  );
}
