import { Badge, Button, Group, Text, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackageTotals } from '@/api/generated/model';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { bookVersionQuery, copyOf, mostPackages, newPack, type Pack } from '../offer';
import { AddLine } from './AddLine';
import classes from './builder.module.css';
import { LineFields } from './LineFields';
import { MarginLine } from './MarginLine';
import { PackHead } from './PackHead';
import type { PartProps } from './parts';
import { Totals } from './Totals';

const names = ['offer.pack.first', 'offer.pack.second', 'offer.pack.third'] as const;

/** What a line comes to; of what is not chosen, what it would come to. */
function amountOf(totals: PackageTotals | undefined, id: string): number | undefined {
  const counted = totals?.totals.lines[totals.counted.indexOf(id)];
  return (counted ?? totals?.apart.find((one) => one.line_id === id)?.amount)?.amount;
}

/** One to three ways to buy, side by side; the chosen one is worked on below. */
export function Packages(props: PartProps & { lit: string | null }) {
  const { offer, content, onChange, readOnly, lit } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const [chosen, setChosen] = useState<string | null>(null);
  const book = useQuery(bookVersionQuery(content.price_book_version));
  const pack =
    content.packages.find((one) => one.id === chosen) ??
    content.packages.find((one) => one.recommended) ??
    content.packages[0];
  const write = (next: Pack) =>
    onChange({ ...content, packages: content.packages.map((one) => (one.id === next.id ? next : one)) });
  const add = () => {
    const name = t(names[content.packages.length] ?? names[0]);
    const last = content.packages.at(-1);
    const next = last ? copyOf(last, name) : newPack(name);
    onChange({ ...content, packages: [...content.packages, next] });
    setChosen(next.id);
  };
  const totals = offer.packages.find((one) => one.package_id === pack?.id);
  return (
    <Panel
      title={t('offer.pack.title')}
      lead={t('offer.pack.lead')}
      actions={
        !readOnly &&
        content.packages.length < mostPackages && (
          <Button size="compact-sm" variant="light" leftSection={<IconPlus size={14} />} onClick={add}>
            {t('offer.pack.add')}
          </Button>
        )
      }
    >
      <div className={classes.packs}>
        {content.packages.map((one) => {
          const sum = offer.packages.find((all) => all.package_id === one.id)?.totals.contract.total;
          return (
            <UnstyledButton
              key={one.id}
              className={classes.pack}
              data-chosen={one.id === pack?.id || undefined}
              aria-pressed={one.id === pack?.id}
              onClick={() => setChosen(one.id)}
            >
              <Group gap="xs" justify="space-between">
                <Text fw={600}>{one.name || t('offer.pack.unnamed')}</Text>
                {one.recommended && (
                  <Badge variant="light" tt="none">
                    {t('offer.pack.recommended')}
                  </Badge>
                )}
              </Group>
              <Text size="lg" fw={700}>
                {sum === undefined ? '–' : format.money({ minor: sum, currency: content.currency })}
              </Text>
              <Text size="xs" c="dimmed">
                {t('offer.pack.lines', { count: one.lines.length })}
              </Text>
            </UnstyledButton>
          );
        })}
      </div>
      {pack && (
        <>
          <PackHead pack={pack} content={content} onChange={onChange} readOnly={readOnly} />
          {pack.lines.map((line, n) => (
            <LineFields
              key={line.id}
              pack={pack}
              place={n}
              deal={offer.deal_id}
              currency={content.currency}
              amount={amountOf(totals, line.id)}
              isUntied={offer.untied.includes(line.id)}
              isLit={lit !== null && line.answers.includes(lit)}
              readOnly={readOnly}
              onChange={write}
            />
          ))}
          {!readOnly && (
            <AddLine
              book={book.data?.content}
              locale={content.locale}
              onAdd={(lines) => write({ ...pack, lines: [...pack.lines, ...lines] })}
            />
          )}
          {totals && <Totals totals={totals} content={content} />}
          <MarginLine offer={offer} packageId={pack.id ?? ''} />
        </>
      )}
    </Panel>
  );
}
