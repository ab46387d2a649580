/** Cells as tab-separated text, the form in which spreadsheets take them from the clipboard. */

/**
 * One line a row, with a line of names first where `header` is given. A value with a tab, a line break or a quote is quoted.
 * When there is more than one value, a text that a spreadsheet would run as a formula gets an apostrophe before it: the
 * values come from outside, and some of them are typed by the very people who are looked for.
 */
export function toTabSeparated(rows: readonly (readonly string[])[], header?: readonly string[]): string {
  const isSingle = header === undefined && rows.length === 1 && rows[0]?.length === 1;
  if (isSingle) return rows[0]?.[0] ?? '';
  const lines = rows.map((row) => row.map((value) => quoted(isFormula(value) ? `'${value}` : value)).join('\t'));
  return [...(header === undefined ? [] : [header.map(quoted).join('\t')]), ...lines].join('\n');
}

/** Whether a spreadsheet would take the text as a formula. Signed numbers and telephone numbers are none. */
function isFormula(value: string): boolean {
  return /^[=@\t\r]/.test(value) || (/^[+-]/.test(value) && !/^[+-][\d\s().,/-]*$/.test(value));
}

function quoted(value: string): string {
  return /[\t\n\r"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
