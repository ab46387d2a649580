import { describe, expect, it } from 'vitest';
import { createInstantFormat } from '../../model/instant-format.ts';
import { shownColumns, suggestedWidth } from './cell-text.ts';

const format = createInstantFormat('Europe/Berlin');

describe('shownColumns', () => {
  it('shows instants in the analyst’s zone and names it, and stored times as they are with the database’s zone', () => {
    const [instant, stored] = shownColumns(
      [
        { name: 'latest_change', kind: 'instant' },
        { name: 'change_date', kind: 'timestamp' },
      ],
      format,
      'America/New_York',
    );
    expect([instant?.text('2026-11-20T13:00:00.000000Z'), instant?.zone]).toEqual(['2026-11-20 14:00:00', 'Europe/Berlin']);
    expect([stored?.text('2026-11-20 13:00:00'), stored?.zone]).toEqual(['2026-11-20 13:00:00', 'America/New_York']);
  });

  it('puts numbers and the window’s width at the right, ids at the left in characters of one width', () => {
    const columns = shownColumns(
      [
        { name: 'USER_ID', kind: 'integer' },
        { name: 'amount', kind: 'decimal' },
        { name: 'change_window_hours', kind: 'text' },
        { name: 'ip_address', kind: 'text' },
      ],
      format,
      null,
    );
    expect(columns.map(({ align, isMonospaced }) => [align, isMonospaced])).toEqual([
      ['left', true],
      ['right', false],
      ['right', false],
      ['left', true],
    ]);
  });

  it('tells two columns of one name apart', () => {
    const columns = shownColumns(
      [
        { name: 'id', kind: 'text' },
        { name: 'id', kind: 'text' },
      ],
      format,
      null,
    );
    expect(columns.map((column) => column.id)).toEqual(['id', 'id#2']);
  });

  it('suggests a width that shows most cells, within limits', () => {
    const [column] = shownColumns([{ name: 'a', kind: 'text' }], format, null);
    expect(suggestedWidth(column!, [['short']])).toBe(72);
    expect(suggestedWidth(column!, [['x'.repeat(500)]])).toBe(320);
    expect(suggestedWidth(column!, [['2026-11-20 14:00:00']])).toBeGreaterThan(150);
  });
});
