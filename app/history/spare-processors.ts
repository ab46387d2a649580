/**
 * How much of the processors the rest of the machine leaves over. Linux can rank one thread below all others, but what it takes
 * of a busy machine still slows the others (caches, the disk, the collector's helpers); the other systems cannot even do that.
 * So the writing thread looks at what is left before it takes much.
 */
import { cpus } from 'node:os';
import process from 'node:process';

/** Times since some moment, in milliseconds. */
export interface ProcessorTimes {
  readonly processors: number;
  /** When it was, by a clock that is never set. */
  readonly atMs: number;
  /** What all processors were used by programs and the system; waiting for a disk is no use. */
  readonly usedMs: number;
  /** What of it the calling thread has used itself. */
  readonly ownMs: number;
}

/** A span shorter than this says nothing: the systems count in steps of 10 to 16 ms. */
const shortestMs = 50;
/** Nor does one that began before what is going on now. */
const longestMs = 1000;

/** Measures from one call to the next. */
export class SpareProcessors {
  readonly #times: () => ProcessorTimes;
  #last: ProcessorTimes | undefined;

  constructor(times: () => ProcessorTimes = processorTimes) {
    this.#times = times;
  }

  /**
   * Processors that nobody else has used since the last call: 0.5 is half of one; all of them where the system tells nothing of its
   * processors. `undefined` where the last call was too long or too short ago to say; then ask again in a moment.
   */
  sinceLast(): number | undefined {
    const now = this.#times();
    const last = this.#last;
    const spanMs = last === undefined ? 0 : now.atMs - last.atMs;
    if (last !== undefined && spanMs < shortestMs) return undefined;
    this.#last = now;
    if (last === undefined || spanMs > longestMs) return undefined;
    const byOthersMs = now.usedMs - last.usedMs - (now.ownMs - last.ownMs);
    return Math.max(0, now.processors - Math.max(0, byOthersMs) / spanMs);
  }
}

function processorTimes(): ProcessorTimes {
  const each = cpus();
  const own = process.threadCpuUsage();
  return {
    processors: Math.max(1, each.length),
    atMs: performance.now(),
    usedMs: each.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0),
    ownMs: (own.user + own.system) / 1000,
  };
}
