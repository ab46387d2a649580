/**
 * What a process of ours prints, as lines of the log. Ours write their log lines as JSON: those keep their level, their words and their
 * fields. Whatever else is printed (a client library, a fatal error of V8) is kept as the text it is.
 */
import * as z from 'zod';
import type { LogEntry, Logger } from '../base/logger.ts';

/** What the lines are taken from and go to. */
export interface PrintedLines {
  readonly streams: readonly (NodeJS.ReadableStream | null)[];
  readonly logger: Logger;
  /** Fields that say which process it is. A line of its own cannot change them. */
  readonly about: () => Readonly<Record<string, unknown>>;
}

/** A line that goes on without an end is cut here, so that a process cannot fill this one's memory. */
const longestLine = 65_536;
/** So much of a text that is no log line is kept. */
const keptText = 4000;

const printedEntry = z.object({
  at: z.number(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
});

/** Logs all that the streams say, until they end. */
export function logPrinted({ streams, logger, about }: PrintedLines): void {
  const write = (line: string): void => {
    const entry = entryOf(line);
    if (entry !== undefined) logger[entry.level](entry.message, { ...entry.fields, ...about() });
    else if (line.trim() !== '') logger.warn('printed by a process', { ...about(), text: line.slice(0, keptText) });
  };
  for (const stream of streams) if (stream !== null) eachLine(stream, write);
}

/** A line of the log as a process of ours writes it; `undefined` for anything else. */
function entryOf(line: string): Pick<LogEntry, 'level' | 'message' | 'fields'> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return printedEntry.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function eachLine(stream: NodeJS.ReadableStream, write: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of joined(lines)) write(line);
    if (rest.length <= longestLine) return;
    write(rest);
    rest = '';
  });
  stream.on('end', () => {
    write(rest);
    rest = '';
  });
}

/** Lines that are indented (a stack) belong to the one before them, where they came together. */
function joined(lines: readonly string[]): readonly string[] {
  const all: string[] = [];
  for (const line of lines.map((text) => text.replace(/\r$/, ''))) {
    const before = all.at(-1);
    if (before !== undefined && /^\s+\S/.test(line)) all[all.length - 1] = `${before}\n${line}`;
    else all.push(line);
  }
  return all;
}
