/**
 * A listener that speaks Oracle's wire protocol, for tests with the real `oracledb` driver (Thin) over loopback. It
 * plays a listener and one server process per connection; what it knows of the protocol was read out of the driver, so
 * it proves how the driver and this program behave, not how an Oracle database does.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { Accounts } from './authentication.ts';
import { type Execute } from './backend.ts';
import { type DataGuard, withDataGuard } from './data-guard.ts';
import { type Fault, FaultList } from './faults.ts';
import { type ProfileName, profiles } from './profiles.ts';
import { Session, type SessionContext, type SessionInfo } from './session.ts';

/** How a listener is set up. */
export interface ListenerOptions {
  /** Default `19c`. */
  readonly profile?: ProfileName;
  /** Service names; the first one stands in `connectString`. Default `TESTDB`. */
  readonly services?: readonly string[];
  /** SIDs, default none. */
  readonly sids?: readonly string[];
  /** Passwords by account. */
  readonly users: Readonly<Record<string, string>>;
  /** The schemas there are; default: any name is one. */
  readonly schemas?: readonly string[];
  readonly execute: Execute;
  /** Largest packet in bytes, 512 to 2097152; the client's wish counts where it is smaller. Default 65536. */
  readonly maxSdu?: number;
  /** Default: any free port of 127.0.0.1. */
  readonly port?: number;
  readonly faults?: readonly Fault[];
  /** Default: a primary. */
  readonly dataGuard?: DataGuard;
}

/** What has happened since the start. */
export interface ListenerCounts {
  readonly connections: number;
  readonly logons: number;
  readonly refusedLogons: number;
}

/** A statement that was executed, with the session as it was then. */
export interface ReceivedStatement {
  readonly sql: string;
  readonly session: SessionInfo;
}

/** A running listener. */
export interface OracleListener {
  readonly host: string;
  readonly port: number;
  /** `host:port/service` of the first service. */
  readonly connectString: string;
  /** All connections there are, logged on or not. A connection that is gone stays here as long as anything of it runs. */
  sessions(): readonly SessionInfo[];
  counts(): ListenerCounts;
  /** The statements executed so far, the last 10,000. Describing a statement is no execution. */
  statements(): readonly ReceivedStatement[];
  /** What should never happen: requests that could not be read, mistakes of the listener. A test asserts that it is empty. */
  problems(): readonly string[];
  /** Sets a fault for connections and statements to come; the returned function takes it off. */
  setFault(fault: Fault): () => void;
  clearFaults(): void;
  /** Cuts every connection. */
  dropSessions(how?: 'fin' | 'rst'): void;
  /** Stops listening, cuts every connection and waits until nothing runs any more. */
  close(): Promise<void>;
}

const host = '127.0.0.1';
const keptStatements = 10_000;

/** Starts a listener on loopback. */
export async function startOracleListener(options: ListenerOptions): Promise<OracleListener> {
  const services = options.services ?? ['TESTDB'];
  const faults = new FaultList();
  for (const fault of options.faults ?? []) faults.add(fault);
  const sessions = new Map<number, Session>();
  const strays = new Set<Socket>();
  const statements: ReceivedStatement[] = [];
  const problems: string[] = [];
  const counts = { connections: 0, logons: 0, refusedLogons: 0 };
  const context: SessionContext = {
    profile: profiles[options.profile ?? '19c'],
    services: new Set(services.map((name) => name.toUpperCase())),
    sids: new Set((options.sids ?? []).map((name) => name.toUpperCase())),
    schemas: options.schemas && new Set(options.schemas.map((name) => name.toUpperCase())),
    accounts: new Accounts(options.users),
    faults,
    execute: withDataGuard(options.execute, options.dataGuard),
    maxSdu: options.maxSdu ?? 65_536,
    onLogon: (accepted) => {
      counts[accepted ? 'logons' : 'refusedLogons'] += 1;
    },
    onStatement: (session, sql) => {
      statements.push({ sql, session });
      if (statements.length > keptStatements) statements.shift();
    },
    onProblem: (text) => {
      problems.push(text);
    },
  };
  const server = createServer((socket) => {
    counts.connections += 1;
    takeConnection(socket, counts.connections, context, sessions, strays);
  });
  await listen(server, options.port ?? 0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const dropSessions = (how: 'fin' | 'rst' = 'rst'): void => {
    for (const session of sessions.values()) session.drop(how);
    for (const socket of strays) socket.destroy();
  };
  return {
    host,
    port,
    connectString: `${host}:${String(port)}/${services[0] ?? ''}`,
    sessions: () => [...sessions.values()].map((session) => session.info()),
    counts: () => ({ ...counts }),
    statements: () => [...statements],
    problems: () => [...problems],
    setFault: (fault) => faults.add(fault),
    clearFaults: () => {
      faults.clear();
    },
    dropSessions,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      const open = [...sessions.values()].map((session) => session.closed);
      dropSessions();
      await Promise.all([closed, ...open]);
    },
  };
}

function takeConnection(socket: Socket, id: number, context: SessionContext, sessions: Map<number, Session>, strays: Set<Socket>): void {
  const closing = context.faults.take('close-at-once');
  if (closing !== undefined || context.faults.take('mute') !== undefined) {
    strays.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      strays.delete(socket);
    });
    socket.resume();
    if (closing?.how === 'rst') socket.resetAndDestroy();
    else if (closing?.how === 'fin') socket.end();
    return;
  }
  const session = new Session(id, socket, context);
  sessions.set(id, session);
  void session.closed.then(() => {
    sessions.delete(id);
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
