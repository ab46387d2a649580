/** Nights on which the clocks of a database are set back: a time without an offset is then said twice, and only one of both is meant. */
import type { DatabaseConfig } from '../model/database.ts';
import type { Window } from '../model/plan.ts';
import { clocksSetBack, formatInZone } from '../model/zoned-time.ts';

/** So many databases of a zone are named. */
const mostNamed = 3;

/** Warnings about times that may be taken for later than they were, one sentence a zone. */
export function notesOfClocks(databases: readonly Pick<DatabaseConfig, 'name' | 'zone'>[], { from, to }: Window): readonly string[] {
  return [...new Set(databases.map(({ zone }) => zone))].flatMap((zone) => {
    const nights = clocksSetBack(zone, from, to);
    const [first] = nights;
    if (first === undefined) return [];
    const names = databases.filter((database) => database.zone === zone).map(({ name }) => name);
    const more = names.length > mostNamed ? ` and ${String(names.length - mostNamed)} more` : '';
    const others = nights.length === 1 ? '' : nights.length === 2 ? ' and once more' : ` and ${String(nights.length - 1)} times more`;
    const when = `at ${formatInZone(first, zone)}${others}`;
    return [
      `The clocks of ${zone} are set back in or near the window, ${when}: a change in the repeated hour whose time has no offset counts as one of the second, up to an hour too late, so that one before the last event may be missed (${names.slice(0, mostNamed).join(', ')}${more}).`,
    ];
  });
}
