/** An alert to a program of the user's own: started without a shell, the alert as JSON on its standard input. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { AbortedError, abortReasonOf, onAbort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { errorCode, errorMessage } from '../base/error-text.ts';
import type { AlertMessage } from '../model/schedule.ts';
import type { AlertChannel } from '../model/schedule-config.ts';

type CommandChannel = Extract<AlertChannel, { kind: 'command' }>;

/** What it wrote to its standard error is told up to this length. */
const toldLength = 500;

/**
 * Runs the program to its end. Rejects with a sentence when it cannot be started, ends with another code than 0, or takes too long; with
 * AbortedError where it was ended by the signal.
 */
export function sendCommand(channel: CommandChannel, message: AlertMessage, clock: Clock, signal: AbortSignal): Promise<void> {
  const [program = '', ...rest] = channel.command;
  return new Promise((resolve, reject) => {
    const child = started(program, rest);
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(0, toldLength);
    });
    // A program that does not read what it is told ends the pipe.
    child.stdin.on('error', () => undefined).end(`${JSON.stringify(message)}\n`);
    let isLate = false;
    const clear = clock.setTimer(channel.timeoutMs, () => {
      isLate = true;
      child.kill('SIGKILL');
    });
    const stopListening = onAbort(signal, () => {
      child.kill('SIGKILL');
    });
    child.on('error', (error) => {
      clear();
      stopListening();
      reject(notStarted(program, error));
    });
    child.on('exit', (code, ending) => {
      clear();
      stopListening();
      // Children of it may hold the pipe open.
      child.stderr.destroy();
      const told = complaint.trim() === '' ? '' : ` It said: ${complaint.trim()}`;
      if (signal.aborted && code !== 0) reject(new AbortedError(abortReasonOf(signal)));
      else if (isLate) reject(new Error(`The command ${program} took longer than ${String(channel.timeoutMs / 1000)} s and was ended.`));
      else if (code === 0) resolve();
      else reject(new Error(`The command ${program} ended with ${code === null ? String(ending) : `code ${String(code)}`}.${told}`));
    });
  });
}

/** @throws Error with a sentence: some of what keeps a program from starting is told at once and not by an event */
function started(program: string, rest: readonly string[]): ChildProcessByStdio<Writable, null, Readable> {
  try {
    return spawn(program, rest, { shell: false, stdio: ['pipe', 'ignore', 'pipe'], windowsHide: true });
  } catch (error) {
    throw notStarted(program, error);
  }
}

/** Why a command cannot be started, and what to write instead where that is known. */
export function notStarted(program: string, error: unknown): Error {
  const why = `The command ${program} cannot be started: ${errorMessage(error)}.`;
  // Node refuses batch files without a shell, because their interpreter reads arguments in its own way.
  const isBatch = errorCode(error) === 'EINVAL' && /\.(?:cmd|bat)$/i.test(program);
  return new Error(isBatch ? `${why} A batch file is run by cmd.exe: write [cmd.exe, /d, /c, ${program}].` : why, { cause: error });
}
