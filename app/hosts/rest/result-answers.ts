/** What the REST interface says of a page of a run's table. It names what is missing, for the rows alone would not. */
import * as z from 'zod';
import type { ReportMetadata } from '../../model/report.ts';
import { coverageOf } from '../../model/run-reducer.ts';
import type { RunState } from '../../model/run.ts';
import type { Page } from '../../model/table.ts';
import { coverageForm, missingAnswer, missingForm } from './run-answers.ts';

/** A page. */
export const resultForm = z.object({
  run_id: z.string(),
  table: z.string(),
  columns: z.array(z.object({ name: z.string(), kind: z.string() })),
  rows: z.array(z.array(z.string().nullable())),
  count: z.int(),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
  headline: z.string().describe('The verdict in one sentence'),
  outcome: z.string(),
  coverage: coverageForm,
  missing: z.array(missingForm),
  filters: z.array(z.string()).describe("What the rule's filters hid, a sentence each"),
  notes: z.array(z.string()).describe('What else is to be known, such as that an answer was given before'),
});

interface AskedPage {
  readonly table: string;
  readonly page: Pick<Page, 'columns' | 'rows' | 'total'>;
  readonly limit: number;
  readonly offset: number;
}

/** A page with the verdict of its run. */
export function resultAnswer(state: RunState, metadata: ReportMetadata, asked: AskedPage): z.input<typeof resultForm> {
  const { table, page, limit, offset } = asked;
  return {
    run_id: state.plan.runId,
    table,
    columns: page.columns.map(({ name, kind }) => ({ name, kind })),
    rows: page.rows.map((row) => [...row]),
    count: page.rows.length,
    total: page.total,
    limit,
    offset,
    headline: metadata.headline,
    outcome: metadata.outcome,
    coverage: { expected: metadata.expected, answered: metadata.answered },
    missing: coverageOf(state).missing.map((each) => missingAnswer(each)),
    filters: [...metadata.filters],
    notes: [...metadata.notes],
  };
}
