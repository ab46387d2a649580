/**
 * How much of what the verdict on a client rests on is known. It is a figure about knowledge, not about the client: a low one says
 * that much is unknown, never that nothing happened. `docs/decisions/client-confidence.md` has the reasons.
 */
import { microsOfInstant } from './instant.ts';
import type { Window } from './plan.ts';
import { confidenceOf } from './policy.ts';
import type { MissingSource } from './run.ts';

/**
 * How much of the window a source has answered for, 0..1: all of it where it is not missing, the share up to where it knows where it
 * answered in part (a standby that is behind), else nothing.
 */
export function answeredShare({ from, to }: Window, missing: Pick<MissingSource, 'reason' | 'window'> | undefined): number {
  if (missing === undefined) return 1;
  const whole = microsOfInstant(to) - microsOfInstant(from);
  if (missing.reason !== 'partial' || whole <= 0n) return 0;
  const known = Number(microsOfInstant(missing.window.from) - microsOfInstant(from)) / Number(whole);
  return Math.min(1, Math.max(0, known));
}

/** What is known about one client of one part of a rule, of one kind of change for example. */
export interface KnownPart {
  /** The answered share of each source of the part; none where the run has no source for it. */
  readonly shares: readonly number[];
  /** The shares of those sources that show the client's change; none where nothing shows it. */
  readonly shownBy: readonly number[];
  /** Whether rows that are missing can decide although something is shown: too few events so far, for example. */
  readonly isOpen: boolean;
}

/** How much of a part is known before anybody looks at a client: answered of expected sources. */
export function partCoverage(shares: readonly number[]): number {
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Rows of one client from several partitions, each with a confidence of its own, are one row with the highest of them; 0 without any. */
export function mergedConfidence(each: readonly number[]): number {
  return each.reduce((highest, own) => Math.max(highest, own), 0);
}

/** Of one part: what is shown counts as the source that shows it best, whatever the others do; what is not shown counts as its coverage. */
export function partConfidence(part: KnownPart): number {
  return isSettled(part) ? mergedConfidence([partCoverage(part.shares), ...part.shownBy]) : partCoverage(part.shares);
}

/** A client whom a report lists. */
export interface JudgedClient {
  readonly verdict: 'confirmed' | 'undetermined';
  /** The parts of the rule. */
  readonly parts: readonly KnownPart[];
  /** How many of them the rule needs. */
  readonly needed: number;
  /** Exponent by which the confidence falls with the coverage, see {@link confidenceOf}. */
  readonly penalty: number;
}

/**
 * The confidence in the verdict on one client, 0..1: the mean over as many parts as the rule needs. Of a confirmed client the best
 * that are shown, because no further row takes them away; of an undetermined one those that are shown and, for the rest, the least
 * known, at least one, because that is what the verdict waits for.
 */
export function clientConfidence({ verdict, parts, needed, penalty }: JudgedClient): number {
  const ascending = (a: number, b: number): number => a - b;
  const settled = parts.filter(isSettled).map(partConfidence).toSorted(ascending);
  const others = parts
    .filter((part) => !isSettled(part))
    .map(partConfidence)
    .toSorted(ascending);
  const counted =
    verdict === 'confirmed'
      ? settled.slice(Math.max(0, settled.length - needed))
      : [...settled, ...others.slice(0, Math.max(1, needed - settled.length))];
  return confidenceOf(1, partCoverage(counted), penalty);
}

/** In steps of a hundredth of a percent, 0..10,000; below 1 it is never rounded up to 1. */
export function confidenceSteps(confidence: number): number {
  return confidence >= 1 ? 10_000 : Math.min(9_999, Math.floor(confidence * 10_000 + 1e-6));
}

function isSettled({ shownBy, isOpen }: KnownPart): boolean {
  return shownBy.length > 0 && !isOpen;
}
