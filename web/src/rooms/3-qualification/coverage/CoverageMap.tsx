import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import { RecordSection } from '@/kit/record/RecordLayout';
import { parts, placed, stances, unplaced } from './coverage';
import classes from './coverage.module.css';

/** Who decides, helps, uses and checks, from against us to for us; a part nobody is known in stands out. */
export function CoverageMap({ dealId }: { dealId: string }) {
  const { t } = useTranslation();
  const people = useCommittee(dealId).data ?? [];
  if (people.length === 0) return null;
  const rest = unplaced(people);
  return (
    <RecordSection title={t('discovery.map.title')}>
      <div className={classes.scroll}>
        <table className={classes.map}>
          <thead>
            <tr>
              <td />
              {stances.map((stance) => (
                <th key={stance} scope="col">
                  {t(`qualification.stance.${stance}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => {
              const cells = placed(people, part);
              const nobody = cells.every((cell) => cell.length === 0);
              return (
                <tr key={part} data-nobody={nobody || undefined}>
                  <th scope="row">{t(`discovery.map.${part}`)}</th>
                  {nobody ? (
                    <td colSpan={stances.length}>{t('discovery.map.nobody')}</td>
                  ) : (
                    stances.map((stance, n) => (
                      <td key={stance}>
                        {cells[n]?.map((one) => (
                          <Link
                            key={one.person_id}
                            to="/people/$id"
                            params={{ id: one.person_id }}
                            search={{}}
                            className={classes.person}
                            data-stance={stance}
                          >
                            {one.name}
                          </Link>
                        ))}
                      </td>
                    ))
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {rest.length > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('discovery.map.unplaced', { names: rest.map((one) => one.name).join(', ') })}
        </Text>
      )}
    </RecordSection>
  );
}
