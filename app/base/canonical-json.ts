/**
 * One text for one value, so that a hash or a signature over it can be made again later: names sorted by UTF-16 code unit, no
 * blanks, numbers as JavaScript writes them (the rules of RFC 8785).
 */

/** The canonical text. Members that are `undefined` are left out. @throws TypeError for what JSON cannot hold */
export function canonicalJson(value: unknown): string {
  // An object keeps its names in the order in which they were added, so the engine's own, much faster writer can be used.
  const ordered = inOrder(value);
  return ordered === undefined ? memberByMember(value) : JSON.stringify(ordered);
}

type Json = null | string | boolean | number | readonly unknown[] | Readonly<Record<string, unknown>>;

/** The value with its names added in order; `undefined` where a name looks like an index, which objects keep before all others. */
function inOrder(value: unknown): Json | undefined {
  const json = checked(value);
  if (json === null || typeof json !== 'object') return json;
  if (isList(json)) {
    const items = json.map((item) => inOrder(item));
    return items.includes(undefined) ? undefined : items;
  }
  const ordered: Record<string, unknown> = {};
  for (const name of Object.keys(json).sort()) {
    const member = json[name];
    if (member === undefined) continue;
    const orderedMember = isPlainName(name) ? inOrder(member) : undefined;
    if (orderedMember === undefined) return undefined;
    ordered[name] = orderedMember;
  }
  return ordered;
}

function memberByMember(value: unknown): string {
  const json = checked(value);
  if (json === null || typeof json !== 'object') return JSON.stringify(json);
  if (isList(json)) return `[${json.map((item) => memberByMember(item)).join(',')}]`;
  const names = Object.keys(json).filter((name) => json[name] !== undefined);
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${memberByMember(json[name])}`)
    .join(',')}}`;
}

function checked(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${String(value)}`);
    return value;
  }
  if (typeof value !== 'object') throw new TypeError(`JSON has no ${typeof value}`);
  return value as Json;
}

function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Neither like an index nor one that means something to an object or to the engine's writer. */
function isPlainName(name: string): boolean {
  const first = name.charCodeAt(0);
  return !(first >= 0x30 && first <= 0x39) && name !== '__proto__' && name !== 'toJSON';
}
