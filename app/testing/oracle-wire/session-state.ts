/** What a session remembers, and the statements that only change that. */
import { OraError } from './ora-error.ts';
import { firstWord } from './sql-lexer.ts';

/** A transaction as the server sees it. */
export type Transaction = 'none' | 'read only' | 'read write';

/** Everything a session remembers beside its cursors. */
export class SessionState {
  user = '';
  schema = '';
  clientIdentifier = '';
  module = '';
  action = '';
  transaction: Transaction = 'none';
  /** Session parameters by upper-case name, as ALTER SESSION set them: `NLS_DATE_FORMAT`, `TIME_ZONE`, … */
  readonly parameters = new Map<string, string>();
  readonly #schemas: ReadonlySet<string> | undefined;

  /** @param schemas the schemas there are, in upper case; undefined: every name is one */
  constructor(schemas: ReadonlySet<string> | undefined) {
    this.#schemas = schemas;
  }

  /** Makes a schema current. @throws OraError 1435 where there is none of this name */
  setSchema(name: string): void {
    const upper = name.toUpperCase();
    if (this.#schemas?.has(upper) === false) throw new OraError(1435);
    this.schema = upper;
  }

  /**
   * Runs a statement that concerns the session alone: ALTER SESSION, SET TRANSACTION, COMMIT, ROLLBACK.
   * @returns false for every other statement
   */
  run(sql: string): boolean {
    const text = sql.replaceAll(/\/\*.*?\*\//gs, ' ').trim();
    if (/^alter\s+session\s+set\s/i.test(text)) {
      this.#alter(text.replace(/^alter\s+session\s+set\s+/i, ''));
      return true;
    }
    if (/^set\s+transaction\s/i.test(text)) {
      if (this.transaction !== 'none') throw new OraError(1453);
      this.transaction = /read\s+only/i.test(text) ? 'read only' : 'read write';
      return true;
    }
    if (/^(commit|rollback)(\s+work)?$/i.test(text)) {
      this.transaction = 'none';
      return true;
    }
    return false;
  }

  /** Notes that a statement changes data. @throws OraError 1456 in a read-only transaction */
  beginChange(sql: string): void {
    if (!['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(firstWord(sql))) return;
    if (this.transaction === 'read only') throw new OraError(1456);
    this.transaction = 'read write';
  }

  /** `NAME = value NAME = 'value' …`; nothing is changed unless all of it is understood. */
  #alter(assignments: string): void {
    const pattern = /\s*([A-Za-z_]\w*)\s*=\s*('(?:[^']|'')*'|"[^"]*"|[^\s'"]+)/y;
    const found: [string, string][] = [];
    while (pattern.lastIndex < assignments.length) {
      const match = pattern.exec(assignments);
      if (match === null) throw new OraError(922);
      found.push([(match[1] ?? '').toUpperCase(), unquoted(match[2] ?? '')]);
    }
    const zone = found.find(([name]) => name === 'TIME_ZONE')?.[1];
    if (zone !== undefined && !isZone(zone)) throw new OraError(1882);
    for (const [name, value] of found) {
      if (name === 'CURRENT_SCHEMA') this.setSchema(value);
      else this.parameters.set(name, value);
    }
  }
}

function unquoted(value: string): string {
  if (value.startsWith("'")) return value.slice(1, -1).replaceAll("''", "'");
  return value.startsWith('"') ? value.slice(1, -1) : value;
}

/** An offset, one of Oracle's two words, or a region this machine knows too. */
function isZone(zone: string): boolean {
  if (/^([+-]\d{1,2}:\d{1,2}|local|dbtimezone)$/i.test(zone)) return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
