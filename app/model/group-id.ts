/** What a group of events is called, where one word is wanted for it. */

/** What events are called that a rule does not divide. */
export const allEvents = 'all events';

/** Of the values by which a rule groups: one is told as it is; of several each is told, and no two groups in the same words. */
export function groupId(values: readonly string[]): string {
  const [only] = values;
  if (only === undefined) return allEvents;
  return values.length === 1 ? only : values.map((value) => value.replace(/[\\·]/g, '\\$&')).join(' · ');
}
