/** The keys that say what a document is and who wrote it. */
import type { RuleNode } from './rule-node.ts';
import type { RuleHead } from './rule.ts';

/** Keys that every kind of document may have. */
export const headKeys = [
  ...['title', 'id', 'name', 'status', 'description', 'author', 'references', 'date', 'modified', 'taxonomy'],
  ...['falsepositives', 'level', 'tags', 'license', 'related', 'fields', 'scope'],
] as const;

const statuses = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];
const levels = ['informational', 'low', 'medium', 'high', 'critical'];
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the text is a real day, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Reads what a document says about itself. */
export function parseHead(document: RuleNode): RuleHead | undefined {
  const title = document.get('title');
  if (title === undefined) document.report('The rule has no title.', 'Write title: and what the rule finds.');
  const text = title?.text();
  if (text !== undefined && text.length > 256) title?.report('The title is longer than 256 characters.', 'Shorten it.');
  const id = document.get('id')?.text();
  if (id !== undefined && !uuid.test(id)) document.get('id')?.report('The id is not a UUID.', 'Write one, or take the key out.');
  const name = document.get('name')?.text();
  checkWord(document.get('status'), statuses);
  checkWord(document.get('level'), levels);
  for (const key of ['date', 'modified'] as const) {
    const node = document.get(key);
    if (node !== undefined && !isDay(String(node.value))) node.report('This is not a day.', 'Write YYYY-MM-DD.');
  }
  for (const key of ['references', 'falsepositives', 'tags', 'fields', 'scope'] as const) document.get(key)?.texts();
  for (const key of ['description', 'author', 'taxonomy', 'license'] as const) document.get(key)?.text();
  const related = document.get('related');
  if (related !== undefined && !related.isList) related.report('"related" is a list.', 'Write - id: … and type: … for each rule.');
  if (text === undefined) return undefined;
  const level = document.get('level')?.value;
  return {
    key: name ?? id ?? text,
    title: text,
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    ...(typeof level === 'string' && { level }),
    file: document.fileName,
    line: document.line,
    written: document.value as Readonly<Record<string, unknown>>,
    text: document.source,
  };
}

function checkWord(node: RuleNode | undefined, words: readonly string[]): void {
  const text = node?.text();
  if (text !== undefined && !words.includes(text)) node?.report(`"${text}" is not known here.`, `Write one of ${words.join(', ')}.`);
}
