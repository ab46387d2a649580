/** Logging as a port, with secrets taken out before a line leaves the process. */

/** Severity, lowest first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One log line. `at` is milliseconds since 1970-01-01 UTC; `fields` holds plain values only. */
export interface LogEntry {
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What the program logs through. `with` adds fields to every line of the logger it returns. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
  with(fields: Readonly<Record<string, unknown>>): Logger;
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Whether a line of `level` is written when `threshold` is the lowest level wanted. */
export function isLogged(level: LogLevel, threshold: LogLevel): boolean {
  return levels.indexOf(level) >= levels.indexOf(threshold);
}

/** A logger that hands redacted entries to `write`. */
export function createLogger(write: (entry: LogEntry) => void, nowMs: () => number): Logger {
  const make = (bound: Readonly<Record<string, unknown>>): Logger => {
    const log = (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      write({ at: nowMs(), level, message: redactText(message), fields: redactFields({ ...bound, ...fields }) });
    };
    return {
      debug: (message, fields) => {
        log('debug', message, fields);
      },
      info: (message, fields) => {
        log('info', message, fields);
      },
      warn: (message, fields) => {
        log('warn', message, fields);
      },
      error: (message, fields) => {
        log('error', message, fields);
      },
      with: (fields) => make({ ...bound, ...fields }),
    };
  };
  return make({});
}

/** A logger that drops everything. */
export const silentLogger: Logger = createLogger(
  () => undefined,
  () => 0,
);

const secretName = /pass(word|wd|phrase)?$|secret|token$|authorization|cookie|private_?key|credential/i;

/** A copy of the fields in which every value under a secret-looking name is replaced, at any depth. */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, secretName.test(name) ? '[redacted]' : redactValue(value)]),
  );
}

/** Takes passwords out of connection strings (`user/secret@host`, `scheme://user:secret@host`) and `password=…` pairs. */
export function redactText(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]+):[^\s@/]+@/gi, '$1:[redacted]@')
    .replace(/\b(password|passwd|pwd|secret|token)(\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;)]+)/gi, '$1$2[redacted]')
    .replace(/(\b[A-Za-z][\w$#]*)\/[^\s@/]+@(?=[\w(])/g, '$1/[redacted]@');
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value === 'object' && value !== null) return redactFields(value as Record<string, unknown>);
  return value;
}
