/** Tables in the documentation that are made by the tests themselves, between two markers. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** One table of one page. */
export interface DocTable {
  /** The part of the page that stands between the markers. @throws Error when a marker is missing */
  read(): Promise<string>;
  /** Puts a table between the markers. */
  write(table: string): Promise<void>;
}

/** The table of that name on a page of `docs`; its markers are comments with the name. */
export function docTable(page: string, name: string): DocTable {
  const file = fileURLToPath(new URL(`../../docs/${page}`, import.meta.url));
  const markers = { begin: `<!-- ${name}: begin -->`, end: `<!-- ${name}: end -->` };
  const cut = (text: string): { readonly before: string; readonly table: string; readonly after: string } => {
    const begin = text.indexOf(markers.begin);
    const end = text.indexOf(markers.end);
    if (begin < 0 || end < begin) throw new Error(`${file} has no markers of the ${name}`);
    const from = begin + markers.begin.length;
    return { before: text.slice(0, from), table: text.slice(from, end), after: text.slice(end) };
  };
  return {
    read: async () => cut(await readFile(file, 'utf8')).table,
    write: async (table) => {
      const { before, after } = cut(await readFile(file, 'utf8'));
      await writeFile(file, `${before}${table}${after}`);
    },
  };
}

/** A table as text, with the columns aligned as the formatter of the repository does it. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((line) => line[column]?.length ?? 0)));
  const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  const [first = '', ...body] = all.map((line) => row(line.map((text, column) => text.padEnd(widths[column] ?? 0))));
  return `\n\n${[first, row(widths.map((width) => '-'.repeat(width))), ...body].join('\n')}\n\n`;
}
