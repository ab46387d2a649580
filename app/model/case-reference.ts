/** The case that something is done for, as the analysts' own system calls it: one line. */

/** Its longest, in characters. */
export const longestCase = 200;
/** No line break of any kind, and no other control character: it stands in mails, notes and file heads. */
export const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;
