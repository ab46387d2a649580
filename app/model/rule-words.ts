/** A rule in a sentence about what was found. */
import type { RuleSummary } from './rule.ts';
import type { Window } from './plan.ts';

type Told = Pick<RuleSummary, 'title' | 'words' | 'changes'>;

/** `password, email, phone and token changed within 24 h`; for a rule of another kind `“Many logons” within 24 h`. */
export function ruleInWords({ title, words, changes }: Told, windowHours: number): string {
  return `${changes === undefined ? `“${title}”` : `${words} changed`} within ${String(windowHours)} h`;
}

/** The same with the limits of the window, for what a report says about itself. */
export function ruleFromTo({ title, words, changes }: Told, windowHours: number, range?: Window): string {
  const window =
    range === undefined
      ? `from T − ${String(windowHours)} h to T, both included`
      : `in any window of ${String(windowHours)} h from ${range.from} to ${range.to}, all ends included`;
  if (changes === undefined) return `${title}: ${words}, ${window}`;
  return changes.atLeast === changes.types.length
    ? `${words} of one client all changed ${window}`
    : `${words} of one client changed ${window}`;
}
