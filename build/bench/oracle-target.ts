/** What the processes of the Oracle bench agree on: the account, the statement, the rows a round trip. */

/** The account that every stand-in of the bench knows. */
export const account = { user: 'bench', password: 'bench' } as const;

/** The statement of the throughput figures. */
export const changesSql = 'SELECT user_id, old_email, new_email, change_date, changed_by, change_reason FROM email_changes';

/** What the driver fetches at a time unless configured otherwise. */
export const fetchSize = 1000;

/** What a stand-in of the bench is asked for. */
export interface StandInInput {
  /** Rows of every result. */
  readonly rows: number;
  /** How long every statement takes before its first row, in milliseconds. */
  readonly latencyMs: number;
}

/** The methods of the process that holds the stand-ins. */
export type StandInMethods = {
  listen: { input: StandInInput; output: { port: number }; notice: never };
};

/** The method of the process that reads with the bare client library. */
export type BareReadMethods = {
  read: { input: { port: number }; output: { rows: number; durationMs: number }; notice: never };
};
