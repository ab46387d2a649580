/** The program's log: the last lines in memory for the window, all lines in a rotating file. */
import { mkdirSync } from 'node:fs';
import { type DestinationStream, pino } from 'pino';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { Emitter } from '../base/emitter.ts';
import { createLogger, isLogged, type LogEntry, type Logger, type LogLevel } from '../base/logger.ts';

const keptEntries = 2000;

/** Where log lines go. Lines written before a file is opened are kept and written when it is. */
export class LogService {
  readonly logger: Logger;
  readonly entries = new Emitter<LogEntry>();
  readonly #recent: LogEntry[] = [];
  #level: LogLevel = 'info';
  #file: { readonly stream: RotatingFileStream; readonly write: (entry: LogEntry) => void; readonly directory: string } | undefined;

  constructor(nowMs: () => number) {
    this.logger = createLogger((entry) => {
      this.#write(entry);
    }, nowMs);
  }

  /** The last lines, oldest first. */
  recent(): readonly LogEntry[] {
    return this.#recent;
  }

  /** Writes into `<directory>/cam.log` from now on: 10 files of 5 MB at most. A folder that cannot be written is told in the log, not thrown. */
  async openFile(directory: string, level: LogLevel): Promise<void> {
    this.#level = level;
    if (this.#file?.directory === directory) return;
    await this.close();
    try {
      mkdirSync(directory, { recursive: true });
      const stream = createStream('cam.log', { path: directory, size: '5M', maxFiles: 10 });
      stream.on('error', (error: Error) => {
        this.#file = undefined;
        this.logger.warn('the log file cannot be written', { directory, error: error.message });
      });
      this.#file = { stream, write: pinoWriter(stream), directory };
      for (const entry of this.#recent) this.#file.write(entry);
    } catch (error) {
      this.logger.warn('the log folder cannot be made', { directory, error: String(error) });
    }
  }

  /** Closes the file when everything has been written. */
  async close(): Promise<void> {
    const stream = this.#file?.stream;
    this.#file = undefined;
    if (stream === undefined) return;
    await new Promise<void>((resolve) => {
      stream.end(() => {
        resolve();
      });
    });
  }

  #write(entry: LogEntry): void {
    if (!isLogged(entry.level, this.#level)) return;
    this.#recent.push(entry);
    if (this.#recent.length > keptEntries) this.#recent.shift();
    this.#file?.write(entry);
    this.entries.emit(entry);
  }
}

function pinoWriter(stream: DestinationStream): (entry: LogEntry) => void {
  const log = pino({ level: 'debug', base: null, timestamp: false }, stream);
  return (entry) => {
    log[entry.level]({ time: new Date(entry.at).toISOString(), ...entry.fields }, entry.message);
  };
}
