/** Questions to the history over HTTP: whoever asks is answered, also where the store hangs. */
import { AbortedError, raceAbort } from '../../base/abort.ts';
import { CamError, failure } from '../../model/failure.ts';
import type { App } from '../../services/create-app.ts';
import type { HistoryMethods } from '../../services/history-service.ts';

/** Longer than a lock of the store is waited for, shorter than programs that ask usually wait. */
const answerMs = 20_000;

/** Asks. @throws CamError as `history.ask` does; `history.unavailable` too where it has not answered in time */
export async function askInTime<K extends keyof HistoryMethods>(
  history: Pick<App['history'], 'ask'>,
  method: K,
  input: HistoryMethods[K]['input'],
  waitMs = answerMs,
): Promise<HistoryMethods[K]['output']> {
  try {
    return await raceAbort(history.ask(method, input), AbortSignal.timeout(waitMs));
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    const message = `The history has not answered within ${String(waitMs / 1000)} s.`;
    throw new CamError(failure('history.unavailable', { message }), { cause: error });
  }
}
