/** Says in words what a schema found wrong with a value of a YAML file. */
import * as z from 'zod';
import { closestWord } from './closest-word.ts';
import { formatKey, type KeyPath, type YamlSource } from './yaml-source.ts';

/** What is known about a key from the JSON form of its schema. */
interface KnownKey {
  readonly description: string;
  /** Names of the keys in it, where it is a section. */
  readonly keys: readonly string[];
}

type Issue = z.core.$ZodIssue;

/** A value that was looked at. */
export interface Checked<T> {
  /** The value as the schema gives it; `undefined` where it has mistakes. All of them have been reported. */
  readonly sound: T | undefined;
  /** What is right in it, so that checks beyond the schema can go on and everything is reported at once. */
  readonly rest: Partial<T>;
}

/**
 * Checks the value at `path`. `explainKey` may say more about a key that the schema does not know; it returns message and
 * action, or nothing.
 */
export function check<T extends object>(
  source: YamlSource,
  path: KeyPath,
  value: unknown,
  schema: z.ZodType<T>,
  explainKey: (key: string) => readonly [string, string] | undefined = () => undefined,
): Checked<T> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { sound: parsed.data, rest: parsed.data };
  const json = z.toJSONSchema(schema, { io: 'input' });
  let rest: unknown = value;
  for (const issue of parsed.error.issues) {
    const at = issue.path.filter((step) => typeof step !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      const { keys } = knownKeyAt(json, at);
      for (const key of issue.keys) {
        reportUnknownKey(source, [...path, ...at, key], keys, at.length === 0 ? explainKey(key) : undefined);
        rest = without(rest, [...at, key]);
      }
    } else {
      const [message, action] = explain(source, [...path, ...at], issue, knownKeyAt(json, at).description);
      source.report([...path, ...at], message, action);
      rest = without(rest, at);
    }
  }
  return { sound: undefined, rest: rest as Partial<T> };
}

/** "Write X." with the nearest candidate, else with all of them. */
export function suggest(word: string, candidates: readonly string[]): string {
  const closest = closestWord(word, candidates);
  return closest === undefined ? `Write one of: ${candidates.join(', ')}.` : `Did you mean ${closest}?`;
}

function reportUnknownKey(source: YamlSource, path: KeyPath, keys: readonly string[], explained?: readonly [string, string]): void {
  const key = String(path.at(-1));
  const closest = closestWord(key, keys);
  const action = closest === undefined ? `Take it out; the keys here are ${keys.join(', ')}.` : `Did you mean ${closest}?`;
  source.reportKey(path, ...(explained ?? [`The key ${key} is not known here.`, action]));
}

function explain(source: YamlSource, path: KeyPath, issue: Issue, description: string): readonly [message: string, action: string] {
  const key = path.length === 0 ? 'The file' : formatKey(path.slice(typeof path.at(-1) === 'number' ? -2 : -1));
  switch (issue.code) {
    case 'invalid_type':
      return explainType(source, path, key, issue, description);
    case 'invalid_value':
      return [
        `${key} is ${typeof issue.input === 'string' ? issue.input.slice(0, 40) : kindOf(issue.input)}.`,
        suggest(String(issue.input), issue.values.map(String)),
      ];
    case 'too_small':
      if (issue.origin === 'number' || issue.origin === 'int') {
        return [
          `${key} is ${kindOf(issue.input)}.`,
          `Write a number ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}.`,
        ];
      }
      return [`${key} is empty.`, description === '' ? 'Write at least one entry.' : `Write at least one entry: ${description}.`];
    case 'too_big':
      if (issue.origin === 'number' || issue.origin === 'int') {
        return [`${key} is ${kindOf(issue.input)}.`, `Write a number of at most ${issue.maximum}.`];
      }
      return [`${key} is longer than ${issue.maximum} characters.`, 'Write something shorter.'];
    case 'invalid_format':
    case 'invalid_union':
    case 'custom':
    case 'invalid_key':
      return [`${key} is not understood.`, issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message];
    default:
      return [`${key} is not understood (${issue.message}).`, description === '' ? 'Correct it.' : `Write ${description}.`];
  }
}

function explainType(
  source: YamlSource,
  path: KeyPath,
  key: string,
  issue: Extract<Issue, { code: 'invalid_type' }>,
  description: string,
): readonly [message: string, action: string] {
  const wanted = wantedKinds[issue.expected] ?? issue.expected;
  if (issue.input === undefined || issue.input === null) {
    const what = description === '' ? wanted : `${description} (${wanted})`;
    return [issue.input === undefined ? `${key} is missing.` : `${key} is empty.`, `Add ${key}: ${what}.`];
  }
  const written = source.writtenAs(path);
  const isUnquoted = issue.expected === 'string' && written !== undefined && typeof issue.input !== 'object';
  const message = `${key} is ${kindOf(issue.input)} where ${wanted} is wanted.`;
  if (typeof issue.input === 'string' && wantedKinds[issue.expected]?.includes('number') === true && /^\d+$/.test(issue.input)) {
    return [message, `Write it without quotes: ${issue.input}.`];
  }
  return [message, isUnquoted ? `Put it in quotes: '${written}'.` : `Write ${wanted}${description === '' ? '' : `: ${description}`}.`];
}

const wantedKinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list (lines that begin with -)',
  object: 'a section of keys',
  record: 'a section of keys',
};

/** A copy of the value without what stands at the path; an entry of a list becomes `undefined`. */
function without(value: unknown, path: KeyPath): unknown {
  const [step, ...deeper] = path;
  if (step === undefined) return {};
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index !== step ? item : deeper.length === 0 ? undefined : without(item, deeper)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      key !== step ? [[key, item]] : deeper.length === 0 ? [] : [[key, without(item, deeper)]],
    ),
  );
}

/** Never shows a text that is not one of a few words: it could be a secret in the wrong place. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a section of keys';
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text';
  return typeof value === 'number' && !Number.isFinite(value) ? 'not a number' : JSON.stringify(value);
}

/** Looks a key up in the JSON form of a schema, through alternatives, optional values and named parts. */
function knownKeyAt(json: z.core.JSONSchema.BaseSchema, path: KeyPath): KnownKey {
  let nodes = [json];
  let description = '';
  for (const step of path) {
    nodes = nodes
      .flatMap((node) => alternatives(node, json))
      .flatMap((node) => {
        const next = typeof step === 'number' ? node.items : (node.properties?.[step] ?? node.additionalProperties);
        return typeof next === 'object' && !Array.isArray(next) ? [next] : [];
      });
    description = nodes.find((node) => node.description !== undefined)?.description ?? '';
  }
  return { description, keys: nodes.flatMap((node) => alternatives(node, json)).flatMap((node) => Object.keys(node.properties ?? {})) };
}

function alternatives(node: z.core.JSONSchema.BaseSchema, root: z.core.JSONSchema.BaseSchema): z.core.JSONSchema.BaseSchema[] {
  const named = node.$ref === undefined ? undefined : root.$defs?.[node.$ref.replace('#/$defs/', '')];
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(named === undefined ? [] : [named])].filter(
    (one) => typeof one === 'object',
  );
  return [node, ...inner.flatMap((one) => alternatives(one, root))];
}
