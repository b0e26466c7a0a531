import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowBarRight, IconDotsVertical } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { gateQuery, type MoveKind } from '@/api/cycle';
import { type Deal, stageKeys } from '@/api/model';
import { StageDot } from '../StageDot';
import { moveTo, useStartMove } from './useMove';

/** Ends and pauses, in the order of the menu; the server says which exist for the deal as it stands. */
const ends: readonly MoveKind[] = ['skip_urgent', 'wake', 'win', 'park', 'reopen', 'lose', 'disqualify'];

/** Every move without a mouse: to another stage, not yet, lost, won. */
export function MoveMenu({ deal, target }: { deal: Deal; target?: React.ReactNode }) {
  const { t } = useTranslation();
  const start = useStartMove();
  const [open, setOpen] = useState(false);
  const gate = useQuery({ ...gateQuery(deal.id), enabled: open });
  const allowed = gate.data?.allowed ?? [];
  return (
    <Menu position="bottom-end" withinPortal opened={open} onChange={setOpen}>
      <Menu.Target>
        {target ?? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-label={t('cycle.move_deal', { deal: deal.name })}
            onKeyDown={(event) => event.stopPropagation()}
          >
            <IconDotsVertical size={14} />
          </ActionIcon>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        {deal.status === 'open' && (
          <>
            <Menu.Label>{t('cycle.move_to')}</Menu.Label>
            {stageKeys
              .filter((stage) => stage !== deal.stage)
              .map((stage) => (
                <Menu.Item
                  key={stage}
                  leftSection={<StageDot stage={stage} />}
                  onClick={() => start(deal, moveTo(deal, stage), stage)}
                >
                  {t(`stage.${stage}.name`)}
                </Menu.Item>
              ))}
            <Menu.Divider />
          </>
        )}
        {ends
          .filter((kind) => allowed.includes(kind))
          .map((kind) => (
            <Menu.Item
              key={kind}
              c={kind === 'lose' || kind === 'disqualify' ? 'var(--harm)' : undefined}
              leftSection={<IconArrowBarRight size={14} />}
              onClick={() => start(deal, kind)}
            >
              {t(`cycle.move.${kind}`)}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
