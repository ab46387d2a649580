/** The cells of the fault matrix: what can go wrong with a database, at which stage, and how its source must end. Plain data. */
import type { ErrorCode } from '../model/error-code.ts';
import { type CellResult, type Ending, type FaultCell, resetAtOnce } from './fault-matrix.ts';

/** An hour: longer than anything waits. */
const never = 3_600_000;

const cell = (
  fault: string,
  stage: FaultCell['stage'],
  sentence: string,
  options: FaultCell['options'],
  expected: CellResult,
  strike: FaultCell['strike'] = 'none',
): FaultCell => ({ fault, stage, sentence, options, strike, expected });

/** `connections` and `logons` are one each unless told otherwise; nothing runs on. */
const ends = (how: Ending, counted: Partial<Omit<CellResult, 'ends'>> = {}): CellResult => ({
  ends: how,
  connections: 1,
  logons: 1,
  stillRunning: 0,
  ...counted,
});

const noLogon = { logons: 0 } as const;
const nothing = { connections: 0, logons: 0 } as const;
const uncounted = { connections: '–', logons: '–', stillRunning: '–' } as const;
const hangs = (stage: 'execute' | 'fetch') => ({ kind: 'delay', stage, ms: never }) as const;
const error = (code: number, stage: 'parse' | 'execute' | 'fetch') =>
  ({ kind: 'error', code, stage, ...(stage === 'fetch' ? { afterRows: 120 } : {}) }) as const;

const silence: readonly FaultCell[] = [
  cell(
    'refused',
    'logon',
    'a port at which nobody listens is told as unreachable at once',
    { nobodyListens: true },
    ends('failed: db.unreachable, NJS-503', uncounted),
  ),
  cell(
    'black hole',
    'logon',
    'a network that swallows the logon ends with the time limit of the connection',
    { throughProxy: true, shortLimit: 'connect' },
    ends('failed: db.unreachable', noLogon),
    'swallow everything',
  ),
  cell(
    'black hole',
    'execute',
    'a network that goes silent under a running statement ends with the time limit, and the doubt about the server is told',
    { throughProxy: true, faults: [hangs('execute')], shortLimit: 'query' },
    ends('timeout: query.timeout, server not confirmed', { stillRunning: 1 }),
    'swallow everything',
  ),
  cell(
    'black hole',
    'fetch',
    'a network that goes silent between rows ends with the time limit, and the doubt about the server is told',
    { throughProxy: true, faults: [hangs('fetch')], shortLimit: 'query' },
    ends('timeout: query.timeout, server not confirmed', { stillRunning: 1 }),
    'swallow everything',
  ),
  cell(
    'mute listener',
    'logon',
    'a listener that takes the connection and says nothing ends with the time limit of the connection',
    { faults: [{ kind: 'mute' }], shortLimit: 'connect' },
    ends('failed: db.unreachable', noLogon),
  ),
  cell(
    'mute server',
    'logon',
    'a server that never answers the logon ends with the time limit of the connection',
    { faults: [{ kind: 'swallow-logon' }], shortLimit: 'connect' },
    ends('failed: db.unreachable', noLogon),
  ),
  cell(
    'mute server',
    'execute',
    'a statement without an answer is broken off at its time limit, and the server lets go of it',
    { faults: [hangs('execute')], shortLimit: 'query' },
    ends('timeout: query.timeout'),
  ),
  cell(
    'mute server',
    'fetch',
    'a fetch without an answer is broken off at its time limit, and the server lets go of it',
    { faults: [hangs('fetch')], shortLimit: 'query' },
    ends('timeout: query.timeout'),
  ),
];

const refusedLogons: readonly FaultCell[] = [
  cell(
    'wrong password',
    'logon',
    'a wrong password is tried once and never again',
    { wrongPassword: true },
    ends('failed: db.auth, ORA-01017'),
  ),
  cell(
    'wrong password, two queries',
    'logon',
    'a wrong password is tried once, however many queries wait for the logon',
    { wrongPassword: true, twoSources: true },
    ends('failed: db.auth, ORA-01017'),
  ),
  cell(
    'unknown service',
    'logon',
    'a service that the listener does not know is told as such and not tried again',
    { unknownService: true },
    ends('failed: db.unknown-service, NJS-518', noLogon),
  ),
];

const brokenConnections: readonly FaultCell[] = [
  cell(
    'closed at once (FIN)',
    'logon',
    'a listener that hangs up before a word is unreachable',
    { faults: [{ kind: 'close-at-once', how: 'fin' }] },
    ends('failed: db.unreachable, NJS-500', noLogon),
  ),
  cell(
    'closed at once (RST)',
    'logon',
    'a listener that resets before a word is unreachable',
    { faults: [{ kind: 'close-at-once', how: 'rst' }] },
    ends(`failed: db.unreachable, ${resetAtOnce}`, noLogon),
  ),
  cell(
    'FIN',
    'logon',
    'a connection that ends in the middle of the logon is unreachable',
    { faults: [{ kind: 'cut-logon', how: 'fin' }] },
    ends('failed: db.unreachable, NJS-500', noLogon),
  ),
  cell(
    'FIN',
    'execute',
    'a connection that ends under a running statement is lost',
    { faults: [hangs('execute')] },
    ends('failed: db.connection-lost, NJS-500'),
    'cut with FIN',
  ),
  cell(
    'FIN',
    'fetch',
    'a connection that ends between rows is lost, and none of its rows counts',
    { faults: [{ kind: 'cut', afterRows: 120, how: 'fin' }] },
    ends('failed: db.connection-lost, NJS-500'),
  ),
  cell(
    'RST',
    'logon',
    'a connection that is reset in the middle of the logon is unreachable',
    { faults: [{ kind: 'cut-logon', how: 'rst' }] },
    ends(`failed: db.unreachable, ${resetAtOnce}`, noLogon),
  ),
  cell(
    'RST',
    'execute',
    'a connection that is reset under a running statement is lost',
    { faults: [hangs('execute')] },
    ends('failed: db.connection-lost, NJS-500'),
    'cut with RST',
  ),
  cell(
    'RST',
    'fetch',
    'a connection that is reset between rows is lost, and none of its rows counts',
    { faults: [{ kind: 'cut', afterRows: 120, how: 'rst' }] },
    ends('failed: db.connection-lost, NJS-500'),
  ),
  cell(
    'truncated packet',
    'logon',
    'an answer to the logon that stops in the middle of a packet is unreachable',
    { faults: [{ kind: 'cut-logon', how: 'truncate' }] },
    ends('failed: db.unreachable, NJS-500', noLogon),
  ),
  cell(
    'truncated packet',
    'execute',
    'an answer that stops in the middle of its first packet is a lost connection',
    { faults: [{ kind: 'cut', afterRows: 1, how: 'truncate' }] },
    ends('failed: db.connection-lost, NJS-500'),
  ),
  cell(
    'truncated packet',
    'fetch',
    'rows that stop in the middle of a packet are a lost connection, and none of them counts',
    { faults: [{ kind: 'cut', afterRows: 120, how: 'truncate' }] },
    ends('failed: db.connection-lost, NJS-500'),
  ),
];

/** The server answers with this error: when it executes, or after 120 rows. */
const answers = (
  code: number,
  stage: 'execute' | 'fetch',
  as: ErrorCode,
  sentence: string,
  when: 'parse' | 'execute' | 'fetch' = stage,
) => {
  const name = `ORA-${String(code).padStart(5, '0')}`;
  return cell(name, stage, sentence, { faults: [error(code, when)] }, ends(`failed: ${as}, ${name}`));
};

const serverErrors: readonly FaultCell[] = [
  answers(942, 'execute', 'sql.denied', 'a table that may not be read is told when the statement is parsed', 'parse'),
  answers(1555, 'execute', 'db.snapshot-too-old', 'a view that is too old before the first row fails the source'),
  answers(1555, 'fetch', 'db.snapshot-too-old', 'a view that becomes too old between rows fails the source, and none of its rows counts'),
  cell(
    'ORA-03113',
    'logon',
    'an end of file during the logon is unreachable',
    { faults: [{ kind: 'logon-error', code: 3113 }] },
    ends('failed: db.unreachable, ORA-03113'),
  ),
  answers(3113, 'execute', 'db.connection-lost', 'an end of file under a statement is a lost connection'),
  answers(3113, 'fetch', 'db.connection-lost', 'an end of file between rows is a lost connection, and none of the rows counts'),
  answers(28, 'execute', 'db.session-killed', 'a session that a DBA kills under a statement is told as killed'),
  answers(28, 'fetch', 'db.session-killed', 'a session that a DBA kills between rows is told as killed, and none of the rows counts'),
];

const strikes: readonly FaultCell[] = [
  cell(
    'break ignored',
    'logon',
    'a cancel during a logon that is not answered ends the connection',
    { faults: [{ kind: 'swallow-logon' }, { kind: 'ignore-break' }] },
    ends('cancelled: confirmed', noLogon),
    'cancel',
  ),
  cell(
    'break ignored',
    'execute',
    'a cancel that the server ignores cuts the connection under the statement, and says that the server has not confirmed',
    { faults: [hangs('execute'), { kind: 'ignore-break' }] },
    ends('cancelled: server not confirmed'),
    'cancel',
  ),
  cell(
    'break ignored',
    'fetch',
    'a cancel that the server ignores cuts the connection between rows, and says that the server has not confirmed',
    { faults: [hangs('fetch'), { kind: 'ignore-break' }] },
    ends('cancelled: server not confirmed'),
    'cancel',
  ),
  cell(
    'worker killed',
    'logon',
    'a process killed during its logon fails its sources',
    { faults: [{ kind: 'swallow-logon' }] },
    ends('failed: worker.crashed', noLogon),
    'kill the worker',
  ),
  cell(
    'worker killed',
    'execute',
    'a process killed under a statement fails its sources, and the server notices',
    { faults: [hangs('execute')] },
    ends('failed: worker.crashed'),
    'kill the worker',
  ),
  cell(
    'worker killed',
    'fetch',
    'a process killed between rows fails its sources, and none of its rows counts',
    { faults: [hangs('fetch')] },
    ends('failed: worker.crashed'),
    'kill the worker',
  ),
];

/** What happens to a Kerberos ticket; needs a key server. */
export const ticketCells = {
  waiting: cell(
    'ticket expired mid-run',
    'before logon',
    'a ticket that expires while its database waits for its turn costs no logon',
    { maxFanout: 1 },
    ends('failed: kerberos.expired', nothing),
  ),
  completing: cell(
    'ticket expired after the run',
    'before logon',
    'a ticket that has expired when the run is completed costs no logon',
    {},
    ends('failed: kerberos.expired', nothing),
  ),
} as const;

/** All other cells. */
export const faultCells: readonly FaultCell[] = [...silence, ...refusedLogons, ...brokenConnections, ...serverErrors, ...strikes];
