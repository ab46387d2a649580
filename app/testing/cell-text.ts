/** Values of a batch as text, so that drivers that encode them differently can be compared. */
import { assertNever } from '../base/assert-never.ts';
import type { Column } from '../model/column.ts';
import { instantFromMicros } from '../model/instant.ts';

/** A value as text: numbers exactly, times as `YYYY-MM-DD HH:MM:SS.ffffff`, `null` for NULL. @throws Error for a value that its column's kind does not allow */
export function cellText(column: Column, value: unknown): string | null {
  if (value === null) return null;
  switch (column.kind) {
    case 'text':
    case 'decimal':
      if (typeof value === 'string') return value;
      break;
    case 'integer':
      if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return String(value);
      break;
    case 'double':
      if (typeof value === 'number') return String(value);
      break;
    case 'boolean':
      if (typeof value === 'boolean') return String(value);
      break;
    case 'timestamp':
    case 'instant':
      if (column.encoding === 'micros' && typeof value === 'bigint') return instantFromMicros(value).replace('T', ' ').slice(0, 26);
      if (column.encoding !== 'micros' && typeof value === 'string') return value.includes('.') ? value.padEnd(26, '0') : `${value}.000000`;
      break;
    default:
      assertNever(column.kind);
  }
  throw new Error(`column ${column.name} is ${column.kind} and holds a ${typeof value}`);
}
