import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import xlsx from '@e965/xlsx';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CamError, failure } from '../model/failure.ts';
import type { ExportFormat, ReportMetadata } from '../model/report.ts';
import type { Cell, TableColumn } from '../model/table.ts';
import { samplePlan } from '../testing/builders.ts';
import { csvField, metadataPathOf } from './export-csv.ts';
import { exportReport } from './export-report.ts';
import type { ExportJob } from './export-table.ts';
import { exportXlsx } from './export-xlsx.ts';
import { exportError } from './new-file.ts';
import { longestCell, xmlText } from './xlsx-cells.ts';
import { sheetNames } from './xlsx-parts.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-export-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const formats: readonly ExportFormat[] = ['csv', 'json', 'xlsx'];
const plan = samplePlan();
const metadata: ReportMetadata = {
  program: 'Client Activity Monitor',
  version: '0.1.0',
  runId: plan.runId,
  user: 'X123456',
  createdAt: '2026-11-20T14:05:00.000000Z',
  runStartedAt: '2026-11-20T14:00:01.000000Z',
  runSeconds: 41.5,
  lastEvent: plan.lastEvent,
  window: plan.window,
  windowHours: 24,
  zone: 'Europe/Berlin',
  rule: 'all four',
  ruleName: 'ato_all_four',
  filters: [],
  sampleData: true,
  outcome: 'partial',
  figures: 'final',
  confirmed: 2,
  undetermined: 1,
  answered: 3,
  expected: 4,
  coveragePercent: 75,
  confidencePercent: 56.25,
  missing: [
    {
      source: 'database_4/query',
      database: 'database_4',
      query: 'query',
      changeType: 'token',
      reason: 'timeout',
      message: 'It took <too> long & more.',
      code: 'ORA-01013',
      window: plan.window,
    },
  ],
  sources: [
    {
      source: 'database_1/query',
      database: 'database_1',
      query: 'query',
      changeType: 'password',
      outcome: 'completed',
      rows: 10,
      seconds: 4.1,
      cost: { rows: 12, bytes: 3_000, statements: 2, databaseSeconds: 3.5 },
    },
  ],
  notes: ['Only 2 of 3 databases are asked.'],
  headline: '2 confirmed, 1 undetermined – token source missing',
};

const columns: readonly TableColumn[] = [
  { name: 'user_id', kind: 'text' },
  { name: 'token_change_time', kind: 'instant' },
  { name: 'change_window_hours', kind: 'double' },
  { name: 'note', kind: 'text' },
];
const rows: readonly (readonly Cell[])[] = [
  ['1234567890123456789', '2026-11-20T13:59:59.123456Z', '3.9999999994', '=cmd|"calc"!A1'],
  ['007', null, null, ''],
  ['-5', '2026-10-25T00:30:00.000000Z', '0', 'line one\r\nline "two", three'],
];

function jobOf(name: string, change: Partial<ExportJob['table']> = {}, batch = 2): ExportJob {
  const cells = change.rows === undefined ? rows : rows.slice(0, change.rows);
  async function* batches(): AsyncGenerator<readonly (readonly Cell[])[]> {
    for (let from = 0; from < cells.length; from += batch) yield cells.slice(from, from + batch);
  }
  return {
    path: join(folder, name),
    metadata,
    table: { name: 'confirmed', columns, rows: cells.length, batches: batches(), filters: [], ...change },
    onRows: () => undefined,
  };
}

function tableOf(tableColumns: readonly TableColumn[], cells: readonly (readonly Cell[])[]): Partial<ExportJob['table']> {
  async function* batches(): AsyncGenerator<readonly (readonly Cell[])[]> {
    yield cells;
  }
  return { columns: tableColumns, rows: cells.length, batches: batches() };
}

/** Sheets of a workbook as rows of cells, as another program reads them. */
function readBook(path: string): { names: string[]; cells: (sheet: string) => unknown[][]; sheet: (name: string) => xlsx.WorkSheet } {
  const book = xlsx.read(readFileSync(path), { cellDates: false, cellStyles: true, cellNF: true });
  const sheet = (name: string): xlsx.WorkSheet => book.Sheets[name]!;
  return { names: book.SheetNames, sheet, cells: (name) => xlsx.utils.sheet_to_json(sheet(name), { header: 1, raw: true, defval: null }) };
}

describe('CSV', () => {
  it('has exactly the columns and rows of the table, ISO times, an empty field for NULL and quotes for empty text', async () => {
    const file = await exportReport('csv', jobOf('report.csv'));
    expect(readFileSync(file.path, 'utf8')).toBe(
      [
        'user_id,token_change_time,change_window_hours,note',
        `1234567890123456789,2026-11-20T13:59:59.123456Z,3.9999999994,"'=cmd|""calc""!A1"`,
        '007,,,""',
        '-5,2026-10-25T00:30:00.000000Z,0,"line one\r\nline ""two"", three"',
        '',
      ].join('\r\n'),
    );
    expect(file).toMatchObject({ path: join(folder, 'report.csv'), rows: 3, bytes: statSync(file.path).size });
  });

  it('has its metadata beside it', async () => {
    const file = await exportReport('csv', jobOf('report.csv', { sort: { column: 'note', descending: true } }));
    expect(file.metadataPath).toBe(join(folder, 'report.meta.json'));
    const beside: unknown = JSON.parse(readFileSync(file.metadataPath ?? '', 'utf8'));
    expect(beside).toMatchObject({ ...metadata, table: { name: 'confirmed', rows: 3, sort: { column: 'note', descending: true } } });
  });

  it('gives nothing to a spreadsheet that it could take for a formula, and leaves numbers as they are', () => {
    for (const text of ['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '=', '-', '＝1', '－a', '-12.5.1', '+', '--1']) {
      expect(csvField(text).replace(/^"/, '')).toMatch(/^'/);
    }
    for (const number of ['-12.5', '+49123456789', '-0', '-1e-7', '12', '-.5']) expect(csvField(number)).toBe(number);
    for (const text of ['a=b', 'x', "'quoted", '1-2']) expect(csvField(text)).toBe(text);
    fc.assert(fc.property(fc.string(), (text) => !/^"?[=+\-@\t\r\n]/.test(csvField(text)) || /^[+-][\d.]/.test(csvField(text))));
  });

  it('guards the names of columns too, since they come from databases', async () => {
    const file = await exportReport(
      'csv',
      jobOf(
        'report.csv',
        tableOf(
          [
            { name: '=HYPERLINK("x")', kind: 'text' },
            { name: 'a,b', kind: 'text' },
          ],
          [],
        ),
      ),
    );
    expect(readFileSync(file.path, 'utf8')).toBe(`"'=HYPERLINK(""x"")","a,b"\r\n`);
  });

  it('is read back by another program as it was, but for the apostrophe', async () => {
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => text !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(texts, texts), { minLength: 1, maxLength: 8 }), async (pairs) => {
        await rm(join(folder, 'x.csv'), { force: true });
        await rm(join(folder, 'x.meta.json'), { force: true });
        const table = tableOf(
          [
            { name: 'a', kind: 'text' },
            { name: 'b', kind: 'text' },
          ],
          pairs,
        );
        const { path } = await exportReport('csv', jobOf('x.csv', table));
        const book = xlsx.read(readFileSync(path, 'utf8'), { type: 'string', raw: true });
        const read = xlsx.utils.sheet_to_json<string[]>(book.Sheets[book.SheetNames[0]!]!, { header: 1, raw: true, blankrows: true });
        const withoutGuard = (text: string): string =>
          text.replace(/^'(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])/, '').replaceAll('\r\n', '\n');
        expect(read.slice(1).map((row) => row.map((cell) => withoutGuard(cell)))).toEqual(pairs.map((pair) => pair.map(withoutGuard)));
      }),
      { numRuns: 50 },
    );
  });
});

describe('JSON', () => {
  it('is one document with metadata, columns and exact cells', async () => {
    const file = await exportReport('json', jobOf('report.json'));
    const document: unknown = JSON.parse(readFileSync(file.path, 'utf8'));
    expect(document).toEqual({ metadata, table: { name: 'confirmed', rows: 3, sort: null, filters: [] }, columns, rows });
  });

  it('of no rows is a document too', async () => {
    const file = await exportReport('json', jobOf('report.json', { rows: 0 }));
    expect(JSON.parse(readFileSync(file.path, 'utf8'))).toMatchObject({ columns, rows: [] });
  });
});

describe('an Excel workbook', () => {
  it('has real dates in the zone of the analyst, exact ids as text, numbers as numbers, and empty cells for NULL', async () => {
    const { path } = await exportReport('xlsx', jobOf('report.xlsx'));
    const book = readBook(path);
    expect(book.names).toEqual(['Confirmed clients', 'About']);
    const sheet = book.sheet('Confirmed clients');
    expect(book.cells('Confirmed clients')[0]).toEqual(['user_id', 'token_change_time (Europe/Berlin)', 'change_window_hours', 'note']);
    expect(sheet.A2).toMatchObject({ t: 's', v: '1234567890123456789' });
    expect(sheet.A3).toMatchObject({ t: 's', v: '007' });
    expect(sheet.C2).toMatchObject({ t: 'n', v: 3.9999999994 });
    expect(sheet.B3).toBeUndefined();
    // 13:59:59.123456 UTC is 14:59:59.123456 in Berlin.
    expect(sheet.B2).toMatchObject({ t: 'n', z: String.raw`yyyy\-mm\-dd\ hh:mm:ss.000`, w: '2026-11-20 14:59:59.123' });
    // In the hour that Berlin repeats.
    expect(sheet.B4).toMatchObject({ w: '2026-10-25 02:30:00.000' });
  });

  it('holds no formula whatever a text begins with', async () => {
    const { path } = await exportReport('xlsx', jobOf('report.xlsx'));
    const sheet = readBook(path).sheet('Confirmed clients');
    expect(sheet.D2).toMatchObject({ t: 's', v: '=cmd|"calc"!A1' });
    expect(Object.values(sheet).some((cell: unknown) => typeof cell === 'object' && cell !== null && 'f' in cell)).toBe(false);
  });

  it('has a formatted, frozen header with a filter over all rows, and widths', async () => {
    const { path } = await exportReport('xlsx', jobOf('report.xlsx', {}, 3));
    const sheet = readBook(path).sheet('Confirmed clients');
    expect(sheet['!autofilter']).toEqual({ ref: 'A1:D4' });
    expect(sheet['!cols']?.map((column) => Math.round(column.width ?? 0))).toEqual([21, 37, 23, 29]);
    const parts = unzip(path);
    expect(parts.get('xl/worksheets/sheet1.xml')).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    expect(parts.get('xl/worksheets/sheet1.xml')).toContain('<c r="A1" s="1" t="inlineStr">');
    expect(parts.get('xl/styles.xml')).toContain('<b/><color rgb="FFFFFFFF"/>');
    expect(parts.get('xl/workbook.xml')).toContain(`'Confirmed clients'!$A$1:$D$4`);
  });

  it('tells on a sheet of its own who, when, for what, from what, and what is missing', async () => {
    const { path } = await exportReport('xlsx', jobOf('report.xlsx', { filters: [{ column: 'note', contains: 'x' }] }));
    const lines = readBook(path).cells('About');
    const valueOf = (label: string): unknown => lines.find((line) => line[0] === label)?.[1];
    expect(lines[0]?.[0]).toBe(metadata.headline);
    expect(valueOf('Data')).toMatch(/SAMPLE DATA/);
    expect(valueOf('Last event (T)')).toBe('2026-11-20 15:00:00 Europe/Berlin (+01:00)');
    expect(valueOf('Asked by (SID)')).toBe('X123456');
    expect(valueOf('Confirmed clients')).toBe('2');
    expect(valueOf('Coverage')).toBe('3 of 4 sources answered (75 %), confidence 56 %');
    expect(valueOf('Time zone')).toBe('Europe/Berlin');
    expect(valueOf('Filtered')).toBe('note contains “x”');
    expect(lines.find((line) => line[0] === 'database_4/query')?.slice(0, 5)).toEqual([
      ...['database_4/query', 'token', 'timeout', 'ORA-01013', 'It took <too> long & more.'],
    ]);
    expect(lines.find((line) => line[0] === 'database_1/query')?.slice(0, 5)).toEqual([
      'database_1/query',
      'password',
      'completed',
      '10',
      '4.1 s',
    ]);
  });

  it('keeps every character of a text, those that XML cannot hold too', async () => {
    const texts = [
      '\u0000\u0001\u0008\u000b\u001f',
      'a\r\nb\tc\rd',
      '_x0041_ stays',
      '&<>"\'',
      '\ud83d\ude00 \ud800 \udc00',
      '\ufffe\uffff',
      ' outer blanks ',
      'é漢',
    ];
    const { path } = await exportReport(
      'xlsx',
      jobOf(
        'report.xlsx',
        tableOf(
          [{ name: 'text', kind: 'text' }],
          texts.map((text) => [text]),
        ),
      ),
    );
    const read = readBook(path)
      .cells('Confirmed clients')
      .slice(1)
      .map((line) => line[0]);
    // This reader takes a carriage return before a line feed off; in the file it is there, as the next line shows.
    expect(read).toEqual(texts.map((text) => text.replaceAll('\r\n', '\n')));
    expect(xmlText('a\r\n_x0041_')).toBe('a_x000D_\n_x005F_x0041_');
  });

  it('writes what Excel could not keep as text: long numbers, times before 1900 and after 9999, endless doubles', async () => {
    const kinds = ['integer', 'decimal', 'double', 'timestamp', 'instant', 'boolean'] as const;
    const table = tableOf(
      kinds.map((kind) => ({ name: kind, kind })),
      [
        ['9223372036854775807', '-0.1234567890123456', 'inf', '0001-01-01 00:00:00', '9999-12-31T23:59:59.999999Z', 'true'],
        ['123456789012345', '-12.50', '1.5e+300', '2026-11-20 14:00:00.5', '1970-01-01T00:00:00.000000Z', 'false'],
      ],
    );
    const { path } = await exportReport('xlsx', jobOf('report.xlsx', table));
    const sheet = readBook(path).sheet('Confirmed clients');
    expect(['A2', 'B2', 'C2', 'D2', 'E2'].map((cell) => (sheet[cell] as xlsx.CellObject).t)).toEqual(['s', 's', 's', 's', 's']);
    expect(sheet.A2).toMatchObject({ v: '9223372036854775807' });
    expect(sheet.E2).toMatchObject({ v: '9999-12-31T23:59:59.999999Z' });
    expect(sheet.F2).toMatchObject({ t: 'b', v: true });
    expect([sheet.A3, sheet.B3, sheet.C3].map((cell: xlsx.CellObject) => cell.v)).toEqual([123456789012345, -12.5, 1.5e300]);
    expect(sheet.E3).toMatchObject({ t: 'n', w: '1970-01-01 01:00:00.000' });
  });

  it('cuts a text that is longer than a cell may be, and says so', async () => {
    const { path } = await exportReport('xlsx', jobOf('report.xlsx', tableOf([{ name: 'text', kind: 'text' }], [['x'.repeat(40_000)]])));
    const book = readBook(path);
    const cell = String(book.cells('Confirmed clients')[1]?.[0]);
    expect(cell).toHaveLength(longestCell);
    expect(cell).toMatch(/… \[cut: 40000 characters in all\]$/);
    expect(JSON.stringify(book.cells('About'))).toContain('1 texts were longer than 32767 characters');
  });

  it('goes on in a further sheet where one is full, each with its header and filter', async () => {
    const many = Array.from({ length: 25 }, (_, row): readonly Cell[] => [String(row), null, String(row), null]);
    const file = await exportXlsx(jobOf('report.xlsx', tableOf(columns, many)), 11);
    expect(file.rows).toBe(25);
    const book = readBook(file.path);
    expect(book.names).toEqual(['Confirmed clients', 'Confirmed clients (2)', 'Confirmed clients (3)', 'About']);
    const ids = book.names.slice(0, 3).map((name) =>
      book
        .cells(name)
        .slice(1)
        .map((line) => line[0]),
    );
    expect(ids.map((list) => list.length)).toEqual([10, 10, 5]);
    expect(ids.flat()).toEqual(many.map((row) => row[0]));
    expect(book.sheet('Confirmed clients (3)')['!autofilter']).toEqual({ ref: 'A1:D6' });
    expect(book.cells('Confirmed clients (2)')[0]?.[0]).toBe('user_id');
  });

  it('of no rows has its header', async () => {
    const { path } = await exportReport('xlsx', jobOf('report.xlsx', { rows: 0 }));
    expect(readBook(path).cells('Confirmed clients')).toHaveLength(1);
  });

  it('has sheet names that Excel takes', () => {
    const names = sheetNames(['a/b:c*d?e[f]g\\h', "'quoted'", '', 'History', 'x'.repeat(40), 'X'.repeat(40), `${'y'.repeat(30)}\u{1f600}`]);
    expect(names).toEqual(['a-b-c-d-e-f-g-h', 'quoted', 'Sheet', 'History_', 'x'.repeat(31), `${'X'.repeat(27)} (2)`, 'y'.repeat(30)]);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 20 }), (wanted) => {
        const made = sheetNames(wanted);
        for (const name of made) expect(name).toMatch(/^(?!')[^[\]:*?/\\]{1,31}(?<!')$/u);
        expect(new Set(made.map((name) => name.toLowerCase())).size).toBe(wanted.length);
      }),
    );
  });
});

describe('an export', () => {
  it('never replaces a file, and leaves nothing beside it', async () => {
    for (const format of formats) {
      const path = join(folder, `report.${format}`);
      await writeFile(path, 'mine');
      await expect(exportReport(format, jobOf(basename(path)))).rejects.toMatchObject({ failure: { code: 'export.failed' } });
      expect(readFileSync(path, 'utf8')).toBe('mine');
    }
    expect(readdirSync(folder).toSorted()).toEqual(formats.map((format) => `report.${format}`).toSorted());
  });

  it('does not replace a file that appears while it is written', async () => {
    for (const format of formats) {
      const path = join(folder, `late.${format}`);
      const job = { ...jobOf(basename(path)), onRows: () => void writeFile(path, 'mine') };
      await expect(exportReport(format, job)).rejects.toMatchObject({ failure: { code: 'export.failed' } });
      expect(readFileSync(path, 'utf8')).toBe('mine');
    }
    expect(readdirSync(folder).toSorted()).toEqual(formats.map((format) => `late.${format}`).toSorted());
  });

  it('leaves no CSV where its metadata cannot stand beside it, and the other way round', async () => {
    await writeFile(metadataPathOf(join(folder, 'report.csv')), 'mine');
    await expect(exportReport('csv', jobOf('report.csv'))).rejects.toMatchObject({ failure: { code: 'export.failed' } });
    expect(readdirSync(folder)).toEqual(['report.meta.json']);
    await rm(join(folder, 'report.meta.json'));
    const job = { ...jobOf('report.csv'), onRows: () => void writeFile(join(folder, 'report.csv'), 'mine') };
    await expect(exportReport('csv', job)).rejects.toMatchObject({ failure: { code: 'export.failed' } });
    expect(readdirSync(folder)).toEqual(['report.csv']);
  });

  it('leaves nothing when the rows fail half way, and fails as they did', async () => {
    for (const format of formats) {
      async function* batches(): AsyncGenerator<readonly (readonly Cell[])[]> {
        yield rows;
        throw new CamError(failure('engine.error'));
      }
      await expect(exportReport(format, jobOf('report', { batches: batches(), rows: 100 }))).rejects.toMatchObject({
        failure: { code: 'engine.error' },
      });
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('says why a file cannot be written', async () => {
    for (const format of formats) {
      await expect(exportReport(format, jobOf(join('nowhere', 'report')))).rejects.toMatchObject({
        failure: { code: 'export.failed', vendorCode: 'ENOENT', message: expect.stringContaining('the folder is not there') as string },
      });
      await mkdir(join(folder, 'taken'), { recursive: true });
      await expect(exportReport(format, jobOf('taken'))).rejects.toMatchObject({ failure: { code: 'export.failed' } });
    }
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('tells a full disk from other failures', () => {
    const error = (code: string): unknown => exportError(Object.assign(new Error(`${code}: write`), { code }), '/reports/x.csv');
    expect(error('ENOSPC')).toMatchObject({ failure: { code: 'disk.full', vendorCode: 'ENOSPC' } });
    expect(error('EDQUOT')).toMatchObject({ failure: { code: 'disk.full' } });
    expect(error('EIO')).toMatchObject({ failure: { code: 'export.failed', vendorCode: 'EIO' } });
  });

  it('tells how many rows it has written', async () => {
    for (const format of formats) {
      const told: number[] = [];
      await exportReport(format, { ...jobOf(`report.${format}`), onRows: (count) => void told.push(count) });
      expect(told).toEqual([2, 3]);
    }
  });
});

/** The reader of containers, as far as it is used here; its own types say nothing. */
interface Container {
  read(data: Uint8Array, options: { type: 'buffer' }): { FullPaths: readonly string[]; FileIndex: readonly { content?: Uint8Array }[] };
}

/** The parts of a workbook as text, by their path. */
function unzip(path: string): Map<string, string> {
  const container = (xlsx.CFB as Container).read(readFileSync(path), { type: 'buffer' });
  return new Map(
    container.FullPaths.map((name, place) => [
      name.replace(/^Root Entry\//, ''),
      Buffer.from(container.FileIndex[place]?.content ?? []).toString('utf8'),
    ]),
  );
}
