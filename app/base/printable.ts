/**
 * A text from outside on one line: control and format characters and separators of lines are shown as `·`, so that none can steer a
 * terminal or make a line of its own.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
}
