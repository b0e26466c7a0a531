import { Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangleFilled, IconCircleCheckFilled, IconCircleXFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DomainFinding } from '@/api/generated/model';
import classes from './outreach.module.css';

const lights = {
  green: { Icon: IconCircleCheckFilled, color: classes.good },
  amber: { Icon: IconAlertTriangleFilled, color: classes.warn },
  red: { Icon: IconCircleXFilled, color: classes.bad },
};

/** What was found of a domain, each with how to mend it. */
export function DomainFindings({ findings }: { findings: DomainFinding[] }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === 'ko' ? 'ko' : 'en';
  return (
    <Stack component="ul" gap="xs" mt="sm" className={classes.findings}>
      {findings.map(({ check, state, code, says, fix }) => {
        const { Icon, color } = lights[state];
        return (
          <Group component="li" key={`${check} ${code} ${says.en}`} gap="xs" wrap="nowrap" align="flex-start">
            <Icon
              size={16}
              className={`${classes.light} ${color}`}
              aria-label={t(`outreach.domain.light.${state}`)}
            />
            <div className={classes.finding}>
              <Text>
                <Text span fw={600}>
                  {t(`outreach.domain.name.${check}`)}
                </Text>
                {` · ${says[language]}`}
              </Text>
              {fix && <Text c="dimmed">{fix[language]}</Text>}
            </div>
          </Group>
        );
      })}
    </Stack>
  );
}
