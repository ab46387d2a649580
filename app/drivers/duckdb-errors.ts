/** DuckDB's errors as the program's failures. They come as text only: `<Type> Error: <message>`, often with the place in the statement. */
import { errorMessage } from '../base/error-text.ts';
import { redactText } from '../base/logger.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { CamError, type Failure, failure } from '../model/failure.ts';

/** The error to throw for an error of a statement, with its place in `sql` where DuckDB tells one. */
export function statementError(error: unknown, sql: string): CamError {
  if (error instanceof CamError) return error;
  const { type, sentence, text } = read(error);
  const place = placeOf(text, sql);
  const at = place === undefined ? '' : ` (line ${String(place.line)}, column ${String(place.column)})`;
  return new CamError(
    failure(codeOf(type, sentence), {
      message: `DuckDB: ${sentence}${at}`,
      ...(type === undefined ? {} : { vendorCode: type }),
      detail: text,
    }),
    { cause: error },
  );
}

/** The error to throw when a database file cannot be opened. */
export function openError(error: unknown, path: string): CamError {
  if (error instanceof CamError) return error;
  const { type, text } = read(error);
  return new CamError({ ...openFailure(text, path), ...(type === undefined ? {} : { vendorCode: type }), detail: text }, { cause: error });
}

function openFailure(text: string, path: string): Failure {
  if (/database does not exist/i.test(text)) {
    return failure('db.unreachable', {
      message: `There is no database file ${path}.`,
      action: 'Correct path in databases.yaml or put the file back.',
    });
  }
  if (/could not set lock|conflicting lock/i.test(text)) {
    return failure('db.busy', {
      message: `The database file ${path} is being written by another program.`,
      action: 'Close the program that holds the file, then run the missing sources.',
    });
  }
  if (/not a valid duckdb database|serialization error|storage version|newer version|is a directory/i.test(text)) {
    return failure('db.configuration', {
      message: `${path} is not a database file that this version of DuckDB can read.`,
      action: 'Correct path in databases.yaml or write the file anew with this version.',
    });
  }
  return failure('db.unreachable', {
    message: `The database file ${path} cannot be opened.`,
    action: 'Check that the file is there and that you may read it.',
  });
}

interface ReadError {
  /** `Binder Error`, `IO Error`, …; undefined where the text is not of DuckDB's form. */
  readonly type: string | undefined;
  /** The first line without the type. */
  readonly sentence: string;
  readonly text: string;
}

function read(error: unknown): ReadError {
  const raw = errorMessage(error);
  const text = redactText(raw.replace(/^Failed to extract statements: /, ''));
  const match = /^([A-Za-z ]+ Error): ([^\n]*)/.exec(text);
  return { type: match?.[1], sentence: match?.[2] ?? text.split('\n', 1)[0] ?? text, text };
}

function codeOf(type: string | undefined, sentence: string): ErrorCode {
  switch (type) {
    case 'Parser Error':
    case 'Binder Error':
    case 'Not implemented Error':
    case 'Missing Extension Error':
      return 'sql.invalid';
    case 'Catalog Error':
      return /^(Table|View|Schema) /.test(sentence) ? 'sql.denied' : 'sql.invalid';
    case 'Permission Error':
      return 'sql.denied';
    case 'IO Error':
      // A file that the statement reads (CSV, Parquet) and that is not there is to a statement what a table is.
      return sentence.startsWith('No files found') ? 'sql.denied' : 'db.error';
    default:
      return 'db.error';
  }
}

/** The place DuckDB marks with a caret under an excerpt of the line. Line and column count from 1. */
function placeOf(text: string, sql: string): { line: number; column: number } | undefined {
  const match = /\nLINE (\d+): ([^\n]*)\n( *)\^/.exec(text);
  if (match === null) return undefined;
  const [, number = '', shown = '', blanks = ''] = match;
  const caret = blanks.length - `LINE ${number}: `.length;
  const cut = shown.startsWith('...') ? 3 : 0;
  const excerpt = shown.slice(cut).replace(/\.\.\.$/, '');
  const line = Number(number);
  const from = (sql.split('\n')[line - 1] ?? '').indexOf(excerpt);
  if (from === -1) return undefined;
  return { line, column: from + caret - cut + 1 };
}
