/** The cells of the line's faults: what a network does to a connection, at which stage, in which direction, and how it must end. */
import type { FaultStage } from './fault-matrix.ts';
import type { FaultProxy } from './fault-proxy.ts';

/** `up`: from the program to the server; `down`: from the server to the program. */
export type Direction = 'up' | 'down';

/** Where the fault begins: before the connection is made, while the server works on the statement, or between rows. */
export type LineStage = Extract<FaultStage, 'execute' | 'fetch'> | 'connect';

/** How a source must end. `completed`: with all of its rows, each once. */
export type LineEnding = 'completed' | 'db.unreachable' | 'db.connection-lost' | 'query.timeout';

/** One fault. */
export interface LineFault {
  readonly name: string;
  /** The name of its test. */
  readonly sentence: string;
  /** Lets it happen on a line from now on. */
  readonly begin: (proxy: FaultProxy, direction: Direction) => void;
  readonly ends: (stage: LineStage) => LineEnding;
  /** Nothing is heard any more: only a limit ends it. */
  readonly isSilent?: true;
}

const survived = (): LineEnding => 'completed';
const broken = (stage: LineStage): LineEnding => (stage === 'connect' ? 'db.unreachable' : 'db.connection-lost');

/** The eight faults. */
export const lineFaults: readonly LineFault[] = [
  {
    name: 'latency ± jitter',
    sentence: 'a line on which everything comes late, now more and now less, costs time and no row',
    begin: (proxy, direction) => proxy.set(direction, { latencyMs: 60, jitterMs: 50 }),
    ends: survived,
  },
  {
    name: 'down',
    sentence: 'a server that is gone with the next byte, and refuses whoever comes, is a lost connection or unreachable',
    begin: (proxy, direction) => proxy.set(direction, { resetAfterBytes: 0, refuseAfterReset: true }),
    ends: broken,
  },
  {
    name: 'bandwidth',
    sentence: 'a narrow line costs time and no row',
    begin: (proxy, direction) => proxy.set(direction, { bytesPerSecond: 60_000 }),
    ends: survived,
  },
  {
    name: 'slow close',
    sentence: 'a line that is slow to close keeps no run waiting',
    begin: (proxy, direction) => proxy.set(direction, { closeDelayMs: 20_000 }),
    ends: survived,
  },
  {
    name: 'timeout',
    sentence: 'a line on which nothing comes any more ends with the limit of the connection or of the statement',
    isSilent: true,
    begin: (proxy, direction) => proxy.set(direction, { blackHole: true }),
    ends: (stage) => (stage === 'connect' ? 'db.unreachable' : 'query.timeout'),
  },
  {
    name: 'reset',
    sentence: 'a line that is reset is a lost connection, or unreachable while it is made, and none of its rows counts',
    begin: (proxy, direction) => proxy.set(direction, { resetAfterBytes: 10 }),
    ends: broken,
  },
  {
    name: 'slicer',
    sentence: 'a line that cuts everything into small pieces costs time and no row',
    begin: (proxy, direction) => proxy.set(direction, { sliceBytes: 97 }),
    ends: survived,
  },
  {
    name: 'data limit',
    sentence: 'a line that ends after so many bytes is a lost connection, or unreachable while it is made, and none of its rows counts',
    begin: (proxy, direction) => proxy.set(direction, { endAfterBytes: 10 }),
    ends: broken,
  },
];

/** The stages, each in both directions. */
export const lineCells: readonly { readonly stage: LineStage; readonly direction: Direction }[] = (
  ['connect', 'execute', 'fetch'] as const
).flatMap((stage) => (['up', 'down'] as const).map((direction) => ({ stage, direction })));
