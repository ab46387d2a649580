/** From events to groups of hits: which events a rule picks, and whose they are. */
import { fieldOf, matches, textOf } from './match.ts';
import type { CorrelationRule, DetectionRule, FilterRule, RuleEvent } from './rule.ts';

/** An event that a rule picked, or a match of an inner correlation at the time of its last event. */
export interface Hit {
  readonly rule: string;
  readonly time: bigint;
  readonly fields: RuleEvent['fields'];
  /** The event, or the inner match: the same object where two rules picked the same one. */
  readonly event: object;
}

/** Hits of one group, in the order of time. */
export interface GroupHits {
  /** Values of the group's fields, in the order of `group-by`. */
  readonly group: readonly string[];
  readonly hits: readonly Hit[];
}

/** A filter with the sources it is about. */
export interface ActiveFilter {
  readonly filter: FilterRule;
  readonly sources: ReadonlySet<string>;
}

/** Events that a detection picks from its sources, without those that a filter takes out. */
export function hitsOf(
  rule: DetectionRule,
  sources: ReadonlySet<string>,
  filters: readonly ActiveFilter[],
  events: readonly RuleEvent[],
  onSuppressed: (filter: FilterRule, event: RuleEvent) => void,
): readonly Hit[] {
  const own = filters.filter(({ filter }) => filter.rules.includes(rule.key));
  return events.flatMap((event) => {
    if (!sources.has(event.source) || !matches(rule.test, event.fields)) return [];
    const against = own.filter(({ filter, sources: about }) => about.has(event.source) && matches(filter.test, event.fields));
    for (const { filter } of against) onSuppressed(filter, event);
    return against.length > 0 ? [] : [{ rule: rule.key, time: event.time, fields: event.fields, event }];
  });
}

/** Puts hits into their groups. A hit without a value for every field of the group belongs to none. */
export function groupHits(rule: CorrelationRule, hits: readonly Hit[], onSkipped: (hit: Hit) => void): readonly GroupHits[] {
  const groups = new Map<string, { readonly group: readonly string[]; readonly hits: Hit[] }>();
  for (const hit of hits) {
    const values = rule.groupBy.map(({ name, fieldOf: fields }) => fieldOf(hit.fields, fields[hit.rule] ?? name));
    if (values.includes(null)) {
      onSkipped(hit);
      continue;
    }
    const group = values.flatMap((value) => (value === null ? [] : [textOf(value)]));
    const key = JSON.stringify(group);
    const known = groups.get(key) ?? { group, hits: [] };
    known.hits.push(hit);
    groups.set(key, known);
  }
  return [...groups.values()].map(({ group, hits: own }) => ({
    group,
    hits: own.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)),
  }));
}

/** The hits in the window that ends at each of the times, both ends included; the times ascend. */
export function windowsAt(
  hits: readonly Hit[],
  ends: readonly bigint[],
  timespan: bigint,
): readonly { readonly end: bigint; readonly hits: readonly Hit[] }[] {
  let from = 0;
  let to = 0;
  return ends.map((end) => {
    while ((hits[to]?.time ?? end + 1n) <= end) to += 1;
    while (from < to && (hits[from]?.time ?? end) < end - timespan) from += 1;
    return { end, hits: hits.slice(from, to) };
  });
}
