/** Things that go wrong on demand. */
import { type CutKind } from './connection.ts';

/** What goes wrong. */
type FaultKind =
  /** CONNECT is answered with REFUSE and this ORA- number. */
  | { readonly kind: 'refuse'; readonly code: number }
  /** The connection is taken and nothing is ever said. */
  | { readonly kind: 'mute' }
  /** The connection is taken and ended before a word is said. */
  | { readonly kind: 'close-at-once'; readonly how: 'fin' | 'rst' }
  /** CONNECT is accepted; the logon is never answered. */
  | { readonly kind: 'swallow-logon' }
  /** The connection is cut in the middle of the logon, with the answer to its first message. */
  | { readonly kind: 'cut-logon'; readonly how: CutKind }
  /** The right password is answered with this ORA- number. */
  | { readonly kind: 'logon-error'; readonly code: number }
  /** A statement fails: when it is parsed (described), when it is executed, or when this many rows have been sent. */
  | {
      readonly kind: 'error';
      readonly stage: 'parse' | 'execute' | 'fetch';
      readonly code: number;
      readonly afterRows?: number;
      readonly position?: number;
    }
  /** Time passes before the answer. */
  | { readonly kind: 'delay'; readonly stage: 'logon' | 'parse' | 'execute' | 'fetch'; readonly ms: number }
  /** Time passes before every row, and every row travels alone. */
  | { readonly kind: 'slow-rows'; readonly msPerRow: number }
  /** The connection is cut when this many rows have been sent. */
  | { readonly kind: 'cut'; readonly afterRows: number; readonly how: CutKind }
  /** Breaks are not heard; what runs goes on. */
  | { readonly kind: 'ignore-break' };

/**
 * A fault and its limits. `times`: how often it happens (default: until it is cleared; a fault of rows counts by
 * statement). `matching`: only statements that contain this text; without it a fault of a statement happens to queries
 * only, never to ALTER SESSION and the like.
 */
export type Fault = FaultKind & { readonly times?: number; readonly matching?: string };

type Kind = Fault['kind'];
type OfKind<K extends Kind> = Extract<Fault, { kind: K }>;

/** The statement a fault may happen to. */
export interface FaultTarget {
  readonly sql: string;
  readonly isQuery: boolean;
}

/** The faults that are set. */
export class FaultList {
  #faults: { readonly fault: Fault; left: number }[] = [];

  /** Adds a fault; the returned function takes it off. */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#faults.push(entry);
    return () => {
      this.#faults = this.#faults.filter((other) => other !== entry);
    };
  }

  clear(): void {
    this.#faults = [];
  }

  /** Makes a fault happen: the first of this kind that fits, counted down; undefined where none is set. */
  take<K extends Kind>(kind: K, target?: FaultTarget, fits: (fault: OfKind<K>) => boolean = () => true): OfKind<K> | undefined {
    const isOfKind = (fault: Fault): fault is OfKind<K> => fault.kind === kind;
    for (const entry of this.#faults) {
      const { fault } = entry;
      if (entry.left <= 0 || !isOfKind(fault) || !concerns(fault, target) || !fits(fault)) continue;
      entry.left -= 1;
      return fault;
    }
    return undefined;
  }
}

function concerns(fault: Fault, target: FaultTarget | undefined): boolean {
  if (target === undefined) return fault.matching === undefined;
  return fault.matching === undefined ? target.isQuery : target.sql.includes(fault.matching);
}
