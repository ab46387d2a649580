/** The parts of a workbook besides its rows (Office Open XML, ECMA-376). */
import { cellStyles, columnLetters, textCell, xmlText } from './xlsx-cells.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const contentTypes = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A sheet of the workbook. `filter` is the range that its filter covers. */
export interface SheetPart {
  readonly name: string;
  readonly filter?: string;
}

/** Rows of a worksheet, the header included. */
export const sheetRows = 1_048_576;

/** Path of the sheet at a place inside the file. */
export function sheetPath(place: number): string {
  return `xl/worksheets/sheet${String(place + 1)}.xml`;
}

/** The small parts by their paths. `createdAt` is an instant. */
export function workbookParts(
  sheets: readonly SheetPart[],
  about: { readonly title: string; readonly author: string; readonly createdAt: string },
): ReadonlyMap<string, string> {
  return new Map([
    ['[Content_Types].xml', contentTypesXml(sheets)],
    [
      '_rels/.rels',
      relationsXml([
        [`${relations}/officeDocument`, 'xl/workbook.xml'],
        ['http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties', 'docProps/core.xml'],
      ]),
    ],
    ['docProps/core.xml', coreXml(about)],
    ['xl/workbook.xml', workbookXml(sheets)],
    [
      'xl/_rels/workbook.xml.rels',
      relationsXml([
        ...sheets.map((_, place): readonly [string, string] => [`${relations}/worksheet`, sheetPath(place).slice('xl/'.length)]),
        [`${relations}/styles`, 'styles.xml'],
      ]),
    ],
    ['xl/styles.xml', stylesXml()],
  ]);
}

/** The beginning of a worksheet up to its rows. `widths` are in characters. */
export function sheetStart(widths: readonly number[], options: { readonly frozenHeader: boolean; readonly selected: boolean }): string {
  const pane = options.frozenHeader ? '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' : '';
  const columns = widths.map((width, place) => {
    const number = String(place + 1);
    return `<col min="${number}" max="${number}" width="${String(width)}" customWidth="1"/>`;
  });
  return `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"${options.selected ? ' tabSelected="1"' : ''}>${pane}</sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`;
}

/** The header row. */
export function headerRow(names: readonly string[]): string {
  return `<row r="1">${names.map((name, place) => textCell(`${columnLetters(place)}1`, name, cellStyles.header)).join('')}</row>`;
}

/** The end of a worksheet after its rows. A text that looks like a number is meant as it is: no warning about it in `range`. */
export function sheetEnd(range: string | undefined): string {
  if (range === undefined) return '</sheetData></worksheet>';
  return `</sheetData><autoFilter ref="${range}"/><ignoredErrors><ignoredError sqref="${range}" numberStoredAsText="1"/></ignoredErrors></worksheet>`;
}

/** Sheet names: at most 31 characters, none of `[ ] : * ? / \`, no apostrophe at either end, no two alike in any case. */
export function sheetNames(wanted: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return wanted.map((name) => {
    const legal = name
      .toWellFormed()
      .replaceAll(/[[\]:*?/\\\p{Cc}]/gu, '-')
      .trim();
    const base = withoutApostrophes(legal) || 'Sheet';
    // "History" is a name of Excel's own.
    let candidate = shortened(base.toLowerCase() === 'history' ? `${base}_` : base, 31);
    for (let number = 2; taken.has(candidate.toLowerCase()); number++) {
      const suffix = ` (${String(number)})`;
      candidate = `${shortened(base, 31 - suffix.length)}${suffix}`;
    }
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}

function withoutApostrophes(name: string): string {
  return name.replace(/^'+/, '').replace(/'+$/, '');
}

/** At most `length` UTF-16 units, without half a character or an apostrophe at the end. */
function shortened(name: string, length: number): string {
  return withoutApostrophes(name.slice(0, length).replace(/[\ud800-\udbff]$/, '')).trimEnd();
}

function contentTypesXml(sheets: readonly SheetPart[]): string {
  const override = (path: string, type: string): string => `<Override PartName="/${path}" ContentType="${type}"/>`;
  return `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('xl/workbook.xml', `${contentTypes}.sheet.main+xml`)}${override('xl/styles.xml', `${contentTypes}.styles+xml`)}${override('docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml')}${sheets.map((_, place) => override(sheetPath(place), `${contentTypes}.worksheet+xml`)).join('')}</Types>`;
}

function relationsXml(targets: readonly (readonly [type: string, target: string])[]): string {
  const entries = targets.map(([type, target], place) => `<Relationship Id="rId${String(place + 1)}" Type="${type}" Target="${target}"/>`);
  return `${declaration}<Relationships xmlns="${packageRelations}">${entries.join('')}</Relationships>`;
}

function workbookXml(sheets: readonly SheetPart[]): string {
  const entries = sheets.map(({ name }, place) => {
    const number = String(place + 1);
    return `<sheet name="${xmlText(name)}" sheetId="${number}" r:id="rId${number}"/>`;
  });
  const filters = sheets.flatMap(({ name, filter }, place) =>
    filter === undefined
      ? []
      : [
          `<definedName name="_xlnm._FilterDatabase" localSheetId="${String(place)}" hidden="1">${xmlText(`'${name.replaceAll("'", "''")}'!${absolute(filter)}`)}</definedName>`,
        ],
  );
  const names = filters.length === 0 ? '' : `<definedNames>${filters.join('')}</definedNames>`;
  return `${declaration}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${entries.join('')}</sheets>${names}</workbook>`;
}

/** `A1:C9` → `$A$1:$C$9`. */
function absolute(range: string): string {
  return range.replaceAll(/([A-Z]+)(\d+)/g, '$$$1$$$2');
}

function coreXml({ title, author, createdAt }: { readonly title: string; readonly author: string; readonly createdAt: string }): string {
  const created = `${createdAt.slice(0, 19)}Z`;
  return `${declaration}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xmlText(title)}</dc:title><dc:creator>${xmlText(author)}</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">${created}</dcterms:created></cp:coreProperties>`;
}

/** The formats, in the order of {@link cellStyles}: plain, header, date, text, label, heading. */
function stylesXml(): string {
  const font = (extra: string, size = 11): string =>
    `<font>${extra}<sz val="${String(size)}"/><name val="Calibri"/><family val="2"/></font>`;
  const fill = (body: string): string => `<fill>${body}</fill>`;
  const format = (numberFormat: number, fontPlace: number, fillPlace: number, alignment = ''): string =>
    `<xf numFmtId="${String(numberFormat)}" fontId="${String(fontPlace)}" fillId="${String(fillPlace)}" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"${alignment === '' ? '/>' : ` applyAlignment="1">${alignment}</xf>`}`;
  const formats = [
    format(0, 0, 0),
    format(49, 1, 2, '<alignment vertical="center"/>'),
    format(164, 0, 0, '<alignment horizontal="left"/>'),
    format(49, 0, 0),
    format(49, 2, 0, '<alignment vertical="top"/>'),
    format(49, 3, 0),
  ];
  return `${declaration}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts><fonts count="4">${font('')}${font('<b/><color rgb="FFFFFFFF"/>')}${font('<b/>')}${font('<b/>', 14)}</fonts><fills count="3">${fill('<patternFill patternType="none"/>')}${fill('<patternFill patternType="gray125"/>')}${fill('<patternFill patternType="solid"><fgColor rgb="FF1F3A5F"/><bgColor indexed="64"/></patternFill>')}</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${String(formats.length)}">${formats.join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
}
