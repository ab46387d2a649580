/** What a query's rows are evidence of. */

/** The four change types of the default rule, in the order of the report's columns. */
export const defaultChangeTypes = ['password', 'email', 'phone', 'token'] as const;

/** One of the four, or a type of the user's own (lower-case letters, digits, `_`). */
export type ChangeType = string;

const knownQueryNames: Readonly<Record<string, ChangeType>> = {
  'get all password changes': 'password',
  'get all email changes': 'email',
  'get phone changes by client id': 'phone',
  'get all phone changes': 'phone',
  'get token changes': 'token',
};

/** The change type that a well-known query name stands for (case and outer blanks do not matter), else `undefined`. */
export function changeTypeOfQueryName(name: string): ChangeType | undefined {
  return knownQueryNames[name.trim().toLowerCase()];
}
