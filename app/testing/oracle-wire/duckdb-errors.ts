/** DuckDB's errors as Oracle's, with the place in the statement the client sent. */
import { errorMessage } from '../../base/error-text.ts';
import { type AdaptedSql } from './duckdb-dialect.ts';
import { OraError } from './ora-error.ts';
import { firstWord } from './sql-lexer.ts';

const statementWords = new Set(['SELECT', 'WITH', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'CREATE', 'ALTER', 'DROP', 'BEGIN', 'CALL']);

/** What Oracle would say; ORA-20999 with DuckDB's first line where nothing like it is known. */
export function oraErrorOf(thrown: unknown, adapted: AdaptedSql): OraError {
  if (thrown instanceof OraError) return thrown;
  const text = errorMessage(thrown);
  const position = positionOf(text, adapted);
  const at = position === undefined ? {} : { position };
  if (text.startsWith('INTERRUPT')) return new OraError(1013);
  if (text.startsWith('Catalog Error: Table with name')) return new OraError(942, at);
  const identifier = /^(?:Binder Error: Referenced (?:column|table) "([^"]+)"|Catalog Error: [\w ]*Function with name (\S+))/.exec(text);
  if (identifier !== null) {
    return new OraError(904, { message: `"${(identifier[1] ?? identifier[2] ?? '').toUpperCase()}": invalid identifier`, ...at });
  }
  if (text.startsWith('Parser Error')) return new OraError(statementWords.has(firstWord(adapted.sql)) ? 933 : 900, at);
  return new OraError(20_999, { message: text.split('\n', 1)[0] ?? text, ...at });
}

/**
 * DuckDB shows the place as a line `LINE 1: …` and a caret below it; a long line is cut at both ends and marked by dots.
 */
function positionOf(text: string, adapted: AdaptedSql): number | undefined {
  const shown = /^LINE (\d+): (.*)\n( *)\^/m.exec(text);
  if (shown === null) return undefined;
  const head = `LINE ${shown[1] ?? ''}: `.length;
  const snippet = shown[2] ?? '';
  const cutHead = snippet.startsWith('...') ? 3 : 0;
  const visible = snippet.slice(cutHead).replace(/\.\.\.$/, '');
  const caret = (shown[3] ?? '').length - head - cutHead;
  const lineStart = nthLine(adapted.sql, Number(shown[1]));
  const found = adapted.sql.indexOf(visible, lineStart);
  return found < 0 ? undefined : adapted.originalPosition(found + caret);
}

function nthLine(sql: string, line: number): number {
  let start = 0;
  for (let left = line; left > 1; left -= 1) start = sql.indexOf('\n', start) + 1;
  return start;
}
