import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowBarRight, IconDotsVertical } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MoveKind } from '@/api/cycle';
import { type Deal, stageKeys } from '@/api/model';
import { StageDot } from '../StageDot';
import { moveTo, useStartMove } from './useMove';

/** Ends and pauses that exist for a deal as it stands. */
export function endsOf(deal: Deal): MoveKind[] {
  const at = stageKeys.indexOf(deal.stage);
  if (deal.status === 'open') {
    const ends: MoveKind[] = [];
    if (deal.stage === 'closing') ends.push('win');
    if (at >= 1) ends.push('park');
    ends.push('lose');
    if (at <= 3) ends.push('disqualify');
    return ends;
  }
  return deal.status === 'not_yet' ? ['wake', 'lose', 'disqualify'] : ['reopen'];
}

/** Every move without a mouse: to another stage, not yet, lost, won. */
export function MoveMenu({ deal, target }: { deal: Deal; target?: React.ReactNode }) {
  const { t } = useTranslation();
  const start = useStartMove();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        {target ?? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
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
        {endsOf(deal).map((kind) => (
          <Menu.Item
            key={kind}
            color={kind === 'lose' || kind === 'disqualify' ? 'red' : undefined}
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
