/**
 * The meaning of a correlation, told plainly: what a database engine computes must agree with this. Rows in memory, no
 * indexes; for tests of rules, for comparisons, for small histories.
 *
 * A window is as long as the rule's timespan, includes both its ends, and ends at an event of the group that one of the
 * rules picked, or, where the evaluation is anchored, at the given time T only. For statements of the form "at least"
 * that finds every match that any window at any place would; for all others it is the definition.
 */
import { type ActiveFilter, groupHits, type GroupHits, type Hit, hitsOf, windowsAt } from './hits.ts';
import { judgeWindow } from './judge-window.ts';
import { logsourceLabel } from './logsource.ts';
import type { CorrelationRule, FilterRule, Logsource, RuleEvent, RuleSet } from './rule.ts';
import type { RuleVerdict } from './three-valued.ts';

/** Which windows are looked at. `from` and `to` limit the events, both included; absent: no limit. */
export type EvaluationRange =
  { readonly kind: 'anchored'; readonly at: bigint } | { readonly kind: 'sliding'; readonly from?: bigint; readonly to?: bigint };

/** What is to be judged. */
export interface History {
  readonly rules: RuleSet;
  /** In any order, each once. Events of missing sources do not count: part of an answer is no answer. */
  readonly events: readonly RuleEvent[];
  /** Sources that hold the events of a log source. None: nothing is known of them, which is not the same as no events. */
  readonly sourcesOf: (logsource: Logsource) => readonly string[];
  /** Sources that have not answered for the whole range. */
  readonly missing: readonly string[];
  readonly range: EvaluationRange;
  /** The day, `YYYY-MM-DD`, by which filters expire. */
  readonly today: string;
}

/** A window in which the statement holds, whatever rows may still come. */
export interface RuleMatch {
  /** `to` minus the timespan. */
  readonly from: bigint;
  readonly to: bigint;
  /** Its events, in the order of time. */
  readonly hits: readonly Hit[];
}

/** One group and what is known of it. */
export interface GroupResult {
  readonly group: readonly string[];
  readonly verdict: RuleVerdict;
  readonly matches: readonly RuleMatch[];
  /** All hits of the group in the range, in the order of time. */
  readonly hits: readonly Hit[];
}

/** What a rule says about a history. */
export interface Evaluation {
  /** Groups with at least one event. */
  readonly groups: readonly GroupResult[];
  /** Verdict on every other group: there may be groups all of whose events are in missing sources. */
  readonly others: RuleVerdict;
  /** Events without a value for a field of the group. */
  readonly skipped: number;
  /** Events that a filter took out, per filter that took out any. */
  readonly suppressed: readonly { readonly filter: string; readonly events: number }[];
  /** Filters for rules of this correlation that work no more. */
  readonly expired: readonly string[];
}

/**
 * Judges a history by a correlation.
 * @param key of a correlation of the set
 */
export function evaluate(history: History, key: string): Evaluation {
  const rule = history.rules.correlations.find((candidate) => candidate.key === key);
  if (rule === undefined) throw new Error(`no correlation ${key}`);
  return new Evaluator(history, rule).evaluate();
}

class Evaluator {
  readonly #history: History;
  readonly #rule: CorrelationRule;
  readonly #events: readonly RuleEvent[];
  readonly #filters: readonly ActiveFilter[];
  readonly #suppressed = new Map<string, Set<RuleEvent>>();
  readonly #skipped = new Set<object>();
  readonly #hits = new Map<string, readonly Hit[]>();
  readonly #missing = new Map<string, ReadonlySet<string>>();

  constructor(history: History, rule: CorrelationRule) {
    this.#history = history;
    this.#rule = rule;
    const { range } = history;
    const from = range.kind === 'anchored' ? range.at - rule.timespanMicros : range.from;
    const to = range.kind === 'anchored' ? range.at : range.to;
    this.#events = history.events.filter(
      ({ time, source }) => (from === undefined || time >= from) && (to === undefined || time <= to) && !history.missing.includes(source),
    );
    this.#filters = history.rules.filters
      .filter((filter) => !isExpired(filter, history.today))
      .map((filter) => ({ filter, sources: new Set(history.sourcesOf(filter.logsource)) }));
  }

  evaluate(): Evaluation {
    const rule = this.#rule;
    const groups = this.#groupsOf(rule).map((own): GroupResult => ({
      ...own,
      matches: this.#matchesOf(rule, own),
      verdict: this.#verdictOn(own),
    }));
    const expired = this.#history.rules.filters.filter(
      (filter) => isExpired(filter, this.#history.today) && filter.rules.some((key) => this.#isPartOf(rule, key)),
    );
    return {
      groups,
      others: this.#verdictOn({ group: [], hits: [] }),
      skipped: this.#skipped.size,
      suppressed: [...this.#suppressed].map(([filter, events]) => ({ filter, events: events.size })),
      expired: expired.map((filter) => filter.key),
    };
  }

  /** The windows that hold. An inner correlation slides over the events of the range. */
  #matchesOf(rule: CorrelationRule, own: GroupHits): readonly RuleMatch[] {
    return this.#knownWindows(rule, own)
      .filter(({ hits }) => judgeWindow(rule, hits, this.#isOpen) === 'holds')
      .map(({ end, hits }) => ({ from: end - rule.timespanMicros, to: end, hits }));
  }

  #knownWindows(rule: CorrelationRule, { hits }: GroupHits): readonly { readonly end: bigint; readonly hits: readonly Hit[] }[] {
    const { range } = this.#history;
    if (range.kind === 'anchored' && rule === this.#rule) return hits.length > 0 ? [{ end: range.at, hits }] : [];
    return windowsAt(hits, ascending(hits.map(({ time }) => time)), rule.timespanMicros);
  }

  #verdictOn(own: GroupHits): RuleVerdict {
    const rule = this.#rule;
    if (this.#matchesOf(rule, own).length > 0) return { kind: 'confirmed' };
    const open = rule.rules.filter(this.#isOpen);
    if (open.length === 0) return { kind: 'not found' };
    const deciding = this.#possibleWindows(own).flatMap((hits) => {
      const judgement = judgeWindow(rule, hits, this.#isOpen);
      if (judgement === 'fails') return [];
      // A window that would hold as it is lacks only a row to end at, and any open rule can bring one.
      return judgement === 'holds' ? open : open.filter((key) => !this.#isSettled(hits, key));
    });
    if (deciding.length === 0) return { kind: 'not found' };
    return { kind: 'undetermined', sources: [...new Set(deciding.flatMap((key) => [...this.#missingFor(key)]))].sort() };
  }

  /** For a temporal rule a further hit of a rule that matched already in the window changes nothing, unless order counts. */
  #isSettled(hits: readonly Hit[], key: string): boolean {
    const { statement } = this.#rule;
    return 'ordered' in statement && !statement.ordered && hits.some(({ rule }) => rule === key);
  }

  /**
   * What a window that ends at a row still to come can hold of the known hits: the hits in it change only where one comes in
   * (at its time) and where one falls out (a timespan later), so one window of each stretch between is enough.
   */
  #possibleWindows({ hits }: GroupHits): readonly (readonly Hit[])[] {
    const { range } = this.#history;
    if (range.kind === 'anchored') return [hits];
    const span = this.#rule.timespanMicros;
    const first = hits[0]?.time ?? 0n;
    const { from = first - 1n, to } = range;
    const ends = [from, ...hits.flatMap(({ time }) => [time, time + span + 1n])];
    const inside = ends.filter((end) => end >= from && (to === undefined || end <= to));
    return windowsAt(hits, ascending(inside), span).map((window) => window.hits);
  }

  #groupsOf(rule: CorrelationRule): readonly GroupHits[] {
    const hits = rule.rules.flatMap((key) => this.#hitsOfRule(key));
    return groupHits(rule, hits, ({ event }) => this.#skipped.add(event));
  }

  #hitsOfRule(key: string): readonly Hit[] {
    const known = this.#hits.get(key) ?? this.#findHits(key);
    this.#hits.set(key, known);
    return known;
  }

  #findHits(key: string): readonly Hit[] {
    const { rules, sourcesOf } = this.#history;
    const detection = rules.detections.find((rule) => rule.key === key);
    if (detection !== undefined) {
      return hitsOf(detection, new Set(sourcesOf(detection.logsource)), this.#filters, this.#events, (filter, event) => {
        const events = this.#suppressed.get(filter.key) ?? new Set();
        this.#suppressed.set(filter.key, events.add(event));
      });
    }
    const inner = this.#correlation(key);
    return this.#groupsOf(inner).flatMap((own) => {
      const fields = Object.fromEntries(inner.groupBy.map(({ name }, at) => [name, own.group[at] ?? null]));
      return this.#matchesOf(inner, own).map((match): Hit => ({ rule: key, time: match.to, fields, event: match }));
    });
  }

  /** Whether rows of missing sources could bring further hits of a rule. */
  readonly #isOpen = (key: string): boolean => this.#missingFor(key).size > 0;

  #missingFor(key: string): ReadonlySet<string> {
    const known = this.#missing.get(key) ?? this.#findMissing(key);
    this.#missing.set(key, known);
    return known;
  }

  #findMissing(key: string): ReadonlySet<string> {
    const { rules, sourcesOf, missing } = this.#history;
    const detection = rules.detections.find((rule) => rule.key === key);
    if (detection === undefined) return new Set(this.#correlation(key).rules.flatMap((inner) => [...this.#missingFor(inner)]));
    const sources = sourcesOf(detection.logsource);
    if (sources.length === 0) return new Set([`${logsourceLabel(detection.logsource)} (no source in this run)`]);
    return new Set(sources.filter((source) => missing.includes(source)));
  }

  #correlation(key: string): CorrelationRule {
    const rule = this.#history.rules.correlations.find((candidate) => candidate.key === key);
    if (rule === undefined) throw new Error(`no rule ${key}`);
    return rule;
  }

  #isPartOf(rule: CorrelationRule, key: string): boolean {
    return rule.rules.some((inner) => {
      const correlation = this.#history.rules.correlations.find((candidate) => candidate.key === inner);
      return inner === key || (correlation !== undefined && this.#isPartOf(correlation, key));
    });
  }
}

function isExpired(filter: FilterRule, today: string): boolean {
  return filter.expires !== undefined && filter.expires < today;
}

function ascending(times: readonly bigint[]): readonly bigint[] {
  return [...new Set(times)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
