/** What stands in the tables besides the chain: records and holds that the chain does not know, or knows otherwise. */
import { type Kysely, sql } from 'kysely';
import { canonicalJson } from '../base/canonical-json.ts';
import type { ChainFault } from '../model/history-audit.ts';
import type { HistorySchema } from './schema.ts';

type Db = Kysely<HistorySchema>;

const mostNamed = 500;

/** Records whose place in the chain is not theirs: those that have ended, and those that say they have a place. */
export async function unchainedRecords(db: Db): Promise<readonly ChainFault[]> {
  const executions = await db
    .selectFrom('query_executions')
    .leftJoin('audit_chain', (join) =>
      join.onRef('audit_chain.seq', '=', 'chain_seq').onRef('subject', '=', 'execution_id').on('kind', '=', 'execution'),
    )
    .select('execution_id')
    .where((eb) => eb.or([eb('status', 'is not', null), eb('chain_seq', 'is not', null)]))
    .where('audit_chain.seq', 'is', null)
    .limit(mostNamed)
    .execute();
  const runs = await db
    .selectFrom('query_runs')
    .leftJoin('audit_chain', (join) =>
      join.onRef('audit_chain.seq', '=', 'chain_seq').onRef('subject', '=', 'run_id').on('kind', 'in', ['run', 'run-resumed']),
    )
    .select('run_id')
    .where((eb) => eb.or([eb('outcome', 'is not', null), eb('chain_seq', 'is not', null)]))
    .where('audit_chain.seq', 'is', null)
    .limit(mostNamed)
    .execute();
  const subjects = [...executions.map((row) => `execution ${row.execution_id}`), ...runs.map((row) => `run ${row.run_id}`)];
  return subjects.map((subject) => inserted(subject, `The record of ${subject}`));
}

/**
 * Holds that are not as the chain has them: while a hold is set nothing is deleted, so one that somebody takes away lets records go. Each
 * side is asked in one statement, so that a hold that is set meanwhile is on both or on none.
 */
export async function alteredHolds(db: Db): Promise<readonly ChainFault[]> {
  const gone = await db
    .selectFrom('audit_chain')
    .leftJoin('audit_holds', 'hold_id', 'subject')
    .select(['seq', 'subject'])
    .where('kind', '=', 'hold-set')
    .where('hold_id', 'is', null)
    .orderBy('seq')
    .limit(mostNamed)
    .execute();
  const rows = await db
    .selectFrom('audit_holds')
    .leftJoin('audit_chain', (join) => join.onRef('subject', '=', 'hold_id').on('kind', 'in', ['hold-set', 'hold-released']))
    .selectAll('audit_holds')
    .select([sql<number | null>`audit_chain.seq`.as('seq'), 'detail'])
    // The last entry of each hold comes last, and stays. The stores put NULL at different ends.
    .orderBy(sql`coalesce(audit_chain.seq, 0)`)
    .execute();
  const last = new Map(rows.map(({ seq, detail, ...hold }) => [hold.hold_id, { seq, detail, hold }]));
  return [
    ...gone.map(({ seq, subject }) => ({ kind: 'removed' as const, seq, subject, message: `The hold ${subject} was removed.` })),
    ...[...last.values()].flatMap(({ seq, detail, hold }): readonly ChainFault[] => {
      const { hold_id: subject } = hold;
      if (seq === null) return [inserted(subject, `The hold ${subject}`)];
      return detail === canonicalJson(hold) ? [] : [{ kind: 'changed', seq, subject, message: `The hold ${subject} was changed.` }];
    }),
  ];
}

function inserted(subject: string, what: string): ChainFault {
  return { kind: 'inserted', seq: null, subject, message: `${what} was inserted: the chain does not know it.` };
}
