/**
 * A program that writes history as fast as it can until it is killed: arguments are the folder and a name that its records
 * begin with. It prints the number of each record once that is accepted, without any buffer between it and the reader.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../base/clock.ts';
import { errorCode } from '../base/error-text.ts';
import { silentLogger } from '../base/logger.ts';
import { openHistory } from '../history/history.ts';
import { executionEvent, openExecution, sampleExecution, sampleRun } from './history-events.ts';

const [directory = '', name = ''] = process.argv.slice(2);
const history = await openHistory({
  location: { kind: 'sqlite', file: `${directory}/history.sqlite` },
  directory,
  migrationsDirectory: fileURLToPath(new URL('../../sql/history', import.meta.url)),
  host: 'test',
  clock: systemClock,
  logger: silentLogger,
  // Small, so that segments are changed and removed all the time.
  segmentBytes: 200_000,
});
void history.record({ kind: 'run', record: sampleRun({ runId: name, outcome: null, completedAt: null }) });
print('begin');
for (let number = 0; ; number += 1) {
  const id = { executionId: `${name}:${String(number)}`, runId: name, userId: `user-${String(number % 7)}` };
  void history.record(executionEvent(openExecution(id)));
  const ended = history.record(executionEvent(sampleExecution(id)));
  void ended.then(() => {
    print(String(number));
  });
  // Some at once, some one after another.
  if (number % 5 === 0) await ended;
}

/** Prints a line, however long the reader takes. */
function print(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error;
    }
  }
}
