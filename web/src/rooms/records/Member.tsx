import { ActionIcon, Group, MultiSelect, Select, Stack, Text, Textarea } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CommitteeMember, committeeRoles, type Place } from '@/api/committee';
import classes from './records.module.css';

const stances = ['2', '1', '0', '-1', '-2'] as const;

interface MemberProps {
  member: CommitteeMember;
  canWrite: boolean;
  /** They are held to decide, but nothing shows it. */
  unproven: boolean;
  onChange: (changes: Partial<Place>) => void;
  onRemove: () => void;
}

/** Somebody of the buying committee: their roles, how we know of them, and how they stand to us. */
export function Member({ member, canWrite, unproven, onChange, onRemove }: MemberProps) {
  const { t } = useTranslation();
  return (
    <Stack gap={4} className={classes.member}>
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <Link to="/people/$id" params={{ id: member.person_id }} search={{}} className={classes.memberName}>
          {member.name}
        </Link>
        {canWrite && (
          <ActionIcon
            size="xs"
            variant="subtle"
            color="gray"
            onClick={onRemove}
            aria-label={`${t('kit.remove')}: ${member.name}`}
          >
            <IconX size={12} />
          </ActionIcon>
        )}
      </Group>
      <MultiSelect
        size="xs"
        disabled={!canWrite}
        aria-label={t('qualification.committee.roles', { name: member.name })}
        placeholder={member.roles.length === 0 ? t('qualification.committee.role') : undefined}
        data={committeeRoles.map((role) => ({ value: role, label: t(`qualification.role.${role}`) }))}
        value={member.roles}
        onChange={(roles) => onChange({ roles })}
      />
      <EvidenceInput
        key={member.evidence}
        member={member}
        canWrite={canWrite}
        unproven={unproven}
        onChange={onChange}
      />
      <Select
        size="xs"
        disabled={!canWrite}
        clearable
        aria-label={t('qualification.committee.stance_of', { name: member.name })}
        placeholder={t('qualification.committee.stance')}
        data={stances.map((one) => ({ value: one, label: t(`qualification.stance.${one}`) }))}
        value={member.stance === null ? null : String(member.stance)}
        onChange={(stance) => onChange({ stance: stance === null ? null : Number(stance) })}
      />
    </Stack>
  );
}

/** How we know of the roles; saved when the field is left. Esc keeps what was there. */
function EvidenceInput({ member, canWrite, unproven, onChange }: Omit<MemberProps, 'onRemove'>) {
  const { t } = useTranslation();
  const [text, setText] = useState(member.evidence ?? '');
  const hint = useId();
  const save = () => {
    const evidence = text.trim() || null;
    if (evidence !== member.evidence) onChange({ evidence });
  };
  return (
    <>
      <Textarea
        size="xs"
        autosize
        minRows={1}
        maxRows={6}
        disabled={!canWrite}
        maxLength={2000}
        aria-label={t('qualification.committee.evidence_of', { name: member.name })}
        aria-describedby={unproven ? hint : undefined}
        placeholder={t('qualification.committee.evidence')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          setText(member.evidence ?? '');
        }}
      />
      {unproven && (
        <Text id={hint} size="xs" c="dimmed">
          {t('qualification.committee.unproven')}
        </Text>
      )}
    </>
  );
}
