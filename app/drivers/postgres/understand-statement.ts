/** Finds the text in which the server understands a statement whose instants have no declared type. */
import { DatabaseError } from 'pg';
import type { StatementDescription } from './describe-statement.ts';
import type { PostgresSession } from './postgres-session.ts';
import { instantParameters, parametersToCast, type PostgresStatement, textOf } from './postgres-statement.ts';

/** A statement as the server has understood it. */
export interface UnderstoodStatement {
  readonly text: string;
  readonly description: StatementDescription;
}

/**
 * Has the statement parsed in the transaction that is open. The server guesses the types of parameters, mostly from the
 * column beside them. Where it takes an instant for something else (`:start_date - interval '1 day'` for an interval), or
 * cannot guess, the instant is declared to be a timestamp; where that does not fit either, the first answer holds.
 * @throws what the server says about the undeclared text
 */
export async function understandStatement(session: PostgresSession, statement: PostgresStatement): Promise<UnderstoodStatement> {
  const guessed = await attempt(session, statement, []);
  const types = guessed instanceof DatabaseError ? [] : guessed.description.parameterTypes;
  const cast = guessed instanceof DatabaseError ? instantParameters(statement) : parametersToCast(statement, types);
  const declared = cast.includes(true) ? await attempt(session, statement, cast) : guessed;
  const best = declared instanceof DatabaseError ? guessed : declared;
  if (best instanceof DatabaseError) throw best;
  return best;
}

/** One attempt. A refusal of the text is a value, and the transaction, which it has ended, is at its beginning again. */
async function attempt(
  session: PostgresSession,
  statement: PostgresStatement,
  cast: readonly boolean[],
): Promise<UnderstoodStatement | DatabaseError> {
  const text = textOf(statement, cast);
  try {
    return { text, description: await session.describe(text) };
  } catch (error) {
    // Class 42: syntax, names, types.
    if (!(error instanceof DatabaseError) || error.code?.startsWith('42') !== true) throw error;
    await session.rollback();
    await session.begin(statement.tag);
    return error;
  }
}
