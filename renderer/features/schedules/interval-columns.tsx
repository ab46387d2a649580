import type { ReactNode } from 'react';
import type { LedgerInterval } from '../../../app/model/schedule.ts';
import type { InstantFormat } from '../../model/instant-format.ts';
import { formatCount } from '../../model/numbers.ts';
import type { Texts } from '../../texts/texts.ts';
import { IntervalMark } from '../../ui/interval-mark.tsx';
import type { RecordColumn } from '../history/record-grid.tsx';
import styles from './schedules-page.module.css';

/** The columns of the ledger. */
export function intervalColumns(texts: Texts['schedules'], format: InstantFormat): readonly RecordColumn<LedgerInterval>[] {
  const { columns } = texts.ledger;
  return [
    {
      id: 'interval',
      label: columns.interval,
      width: '236px',
      narrow: '214px',
      cell: ({ from, to }) => <time dateTime={to}>{spanText(format, from, to)}</time>,
    },
    {
      id: 'schedule',
      label: columns.schedule,
      width: 'minmax(90px, 0.8fr)',
      narrow: 'minmax(80px, 0.7fr)',
      cell: ({ schedule }) => <span title={schedule}>{schedule}</span>,
    },
    {
      id: 'state',
      label: columns.state,
      width: '104px',
      narrow: '98px',
      cell: ({ state }) => <IntervalMark state={state} word={texts.states[state]} />,
    },
    {
      id: 'confirmed',
      label: columns.confirmed,
      width: '74px',
      narrow: '70px',
      align: 'right',
      cell: (interval) => confirmedOf(interval, texts),
    },
    {
      id: 'missing',
      label: columns.missing,
      width: 'minmax(150px, 1.4fr)',
      narrow: 'minmax(130px, 1.4fr)',
      cell: (interval) => missingOf(interval, texts),
    },
    {
      id: 'tries',
      label: columns.tries,
      width: '44px',
      narrow: '38px',
      align: 'right',
      cell: ({ attempts }) => (attempts === 0 ? texts.none : formatCount(attempts)),
    },
    {
      id: 'ended',
      label: columns.ended,
      width: '126px',
      narrow: '114px',
      cell: ({ endedAt, state }) =>
        endedAt === null || state === 'running' || state === 'pending' ? (
          texts.none
        ) : (
          <time dateTime={endedAt}>{format.full(endedAt).slice(0, 16)}</time>
        ),
    },
    {
      id: 'why',
      label: columns.why,
      width: 'minmax(140px, 1.4fr)',
      narrow: 'minmax(110px, 1.2fr)',
      cell: ({ reason }) => <span title={reason ?? ''}>{reason ?? texts.none}</span>,
    },
  ];
}

/** `2026-11-20 13:00 – 14:00`; with both days where they differ. */
export function spanText(format: InstantFormat, from: string, to: string): string {
  const [start, end] = [format.full(from).slice(0, 16), format.full(to).slice(0, 16)];
  return `${start} – ${start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end.slice(5)}`;
}

/** While a source is missing a count is a lower bound, and without an evaluation it is not nobody. */
function confirmedOf({ result, state }: LedgerInterval, { none, ledger }: Texts['schedules']): string {
  if (result?.confirmed == null) return none;
  return result.missing.length > 0 || state !== 'done' ? ledger.atLeast(result.confirmed) : formatCount(result.confirmed);
}

function missingOf({ result, state }: LedgerInterval, { ledger }: Texts['schedules']): ReactNode {
  if (result === null && (state === 'running' || state === 'pending'))
    return <span className={styles.muted}>{state === 'running' ? ledger.notYet : ledger.notEvaluated}</span>;
  if (result === null) return <span className={styles.unknown}>{ledger.everything}</span>;
  if (result.missing.length === 0) return <span className={styles.muted}>{ledger.nothing}</span>;
  const names = result.missing.map(({ source }) => source).join(', ');
  return (
    <span className={styles.unknown} title={names}>
      {names}
    </span>
  );
}
