/** A text that is too faint: its words, its colours, its contrast and the least it should have. */
export interface FaintText {
  readonly text: string;
  readonly color: string;
  readonly background: string;
  readonly contrast: number;
  readonly least: number;
}
/** Runs in a page: every visible text whose contrast is below WCAG AA, and how many texts were looked at. */
export function faintTexts(): { readonly looked: number; readonly faint: readonly FaintText[] };
/** Runs in a page: names on the global object that an empty page does not have. */
export function globalNames(): readonly string[];
/** Runs in a page: tries everything that the content policy forbids; the directives that stopped something, and whether a script ran. */
export function tryForbiddenThings(): Promise<{ readonly stoppedBy: readonly string[]; readonly ran: boolean; readonly fetched: boolean }>;

/** Classes of what can be scrolled sideways in the pages, but for tables, tabs and editors. */
export function sidewaysScrollers(): readonly string[];

/** Runs in a page: how wide the edge is that is drawn over the parent of an element; nothing where none is. */
export function edgeOver(element: unknown): string;

/** Runs in a page: by how many pixels an element is scrolled to the right. */
export function scrolledBy(element: unknown): number;

/** Runs in a page: what an element is marked by besides its words: outline, lower border, background. */
export function marksOf(element: unknown): string;
