/**
 * How much of the processors the rest of the machine leaves over. Linux can rank one thread below all others, but what it takes
 * of a busy machine still slows the others (caches, the disk, the collector's helpers); the other systems cannot even do that.
 * So the writing thread looks at what is left before it takes much.
 */
import { cpus } from 'node:os';
import process from 'node:process';

/** Times since some moment, in milliseconds: idle and all of all processors, and what the calling thread has used itself. */
export interface ProcessorTimes {
  readonly processors: number;
  readonly idleMs: number;
  readonly allMs: number;
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
   * Processors that nobody else has used since the last call: 0.5 is half of one. `undefined` where the last call was too long or
   * too short ago to say; then ask again in a moment.
   */
  sinceLast(): number | undefined {
    const now = this.#times();
    const last = this.#last;
    const spanMs = last === undefined ? 0 : (now.allMs - last.allMs) / now.processors;
    if (last !== undefined && spanMs < shortestMs) return undefined;
    this.#last = now;
    if (last === undefined || spanMs > longestMs) return undefined;
    return (now.idleMs - last.idleMs + now.ownMs - last.ownMs) / spanMs;
  }
}

function processorTimes(): ProcessorTimes {
  const each = cpus();
  const idleMs = each.reduce((sum, { times }) => sum + times.idle, 0);
  const allMs = each.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.idle + times.irq, 0);
  const own = process.threadCpuUsage();
  // A system that tells nothing of its processors has all of them to spare.
  return { processors: Math.max(1, each.length), idleMs, allMs, ownMs: (own.user + own.system) / 1000 };
}
