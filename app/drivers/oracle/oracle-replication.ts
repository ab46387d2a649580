/** How far an Oracle standby (Data Guard) is behind. */
import type { Connection, ReplicationLag } from '../driver.ts';
import { firstRow, reasonOfRefusal } from '../replication.ts';

/** Needs no rights. */
const role = "SELECT SYS_CONTEXT('USERENV', 'DATABASE_ROLE') AS DATABASE_ROLE FROM DUAL";

/**
 * The view's value holds for the moment of its datum; where redo does not arrive any more, the datum grows old and the value stays. So its age is
 * added. (Oracle Database Reference, V$DATAGUARD_STATS.)
 */
const lag = `SELECT VALUE AS LAG_INTERVAL, (TO_DATE(TIME_COMPUTED, 'MM/DD/YYYY HH24:MI:SS') - TO_DATE(DATUM_TIME, 'MM/DD/YYYY HH24:MI:SS')) * 86400 AS AGE_SECONDS
FROM V$DATAGUARD_STATS WHERE NAME = 'apply lag'`;

/** A session that answers a small question in one round trip, with the first value of its first row. */
export interface AskedSession extends Pick<Connection, 'query'> {
  ask(sql: string, signal: AbortSignal): Promise<unknown>;
}

/** Asks a session. Of a primary that takes one round trip. @throws as `query`, unless the database refuses the questions */
export async function oracleLag(session: AskedSession, signal: AbortSignal): Promise<ReplicationLag> {
  try {
    if ((await session.ask(role, signal)) === 'PRIMARY') return { kind: 'primary' };
  } catch (error) {
    return { kind: 'unknown', reason: reasonOfRefusal(error, 'The database does not tell its role') };
  }
  try {
    const [interval = null, age = null] = (await firstRow(session, lag, signal)) ?? [];
    const lagMs = millisecondsOf(interval);
    if (lagMs === undefined || age === null) return { kind: 'unknown', reason: 'V$DATAGUARD_STATS has no apply lag.' };
    return { kind: 'standby', lagMs: lagMs + Math.max(0, Math.round(Number(age) * 1000)) };
  } catch (error) {
    return { kind: 'unknown', reason: reasonOfRefusal(error, 'The account cannot ask V$DATAGUARD_STATS') };
  }
}

/** An interval as the view writes it, such as `+00 00:01:12`. */
function millisecondsOf(interval: string | null): number | undefined {
  const [, days, hours, minutes, seconds] = /^\+?(\d+) (\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(interval ?? '') ?? [];
  if (days === undefined) return undefined;
  return Math.ceil((((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000);
}
