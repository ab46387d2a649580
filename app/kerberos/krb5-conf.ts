/**
 * Just enough of `krb5.conf` to know where tickets lie: two settings of `[libdefaults]`, followed through `include` and
 * `includedir`, as MIT Kerberos reads them (man page krb5.conf(5)). Of several values the first one counts.
 */
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What the program needs of `krb5.conf`. */
export interface KerberosDefaults {
  readonly defaultCacheName?: string;
  readonly defaultRealm?: string;
}

/** The machine as far as finding a ticket cache depends on it. */
export interface KerberosMachine {
  /** Environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Absent on Windows. */
  readonly uid?: number;
  readonly username: string;
}

/** Files are small; one that is not is none of ours. */
const maxFileBytes = 1_000_000;
const maxDepth = 10;

/** One line of a file: where it stands and what it says. */
interface Setting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Reads the given files, first file first. A file that is not there or cannot be read counts as empty, because a machine
 * without `krb5.conf` is an ordinary one.
 */
export async function readKerberosDefaults(files: readonly string[]): Promise<KerberosDefaults> {
  const settings: Setting[] = [];
  for (const file of files) settings.push(...(await readSettings(file, 0)));
  const find = (key: string): string | undefined =>
    settings.find((setting) => setting.section === 'libdefaults' && setting.key === key)?.value;
  const defaultCacheName = find('default_ccache_name');
  const defaultRealm = find('default_realm');
  return {
    ...(defaultCacheName === undefined ? {} : { defaultCacheName }),
    ...(defaultRealm === undefined ? {} : { defaultRealm }),
  };
}

/** The files to read: the configured one, else those of `KRB5_CONFIG`, else the system's. */
export function kerberosConfigFiles(machine: KerberosMachine, configured?: string): readonly string[] {
  if (configured !== undefined && configured !== '') return [configured];
  const named = machine.environment.KRB5_CONFIG;
  if (named !== undefined && named !== '') return named.split(delimiter).filter((file) => file !== '');
  const { ProgramData: programData, SystemRoot: systemRoot, HOME: home } = machine.environment;
  switch (machine.platform) {
    case 'win32':
      return [
        ...(programData === undefined ? [] : [join(programData, 'MIT', 'Kerberos5', 'krb5.ini')]),
        ...(systemRoot === undefined ? [] : [join(systemRoot, 'krb5.ini')]),
      ];
    case 'darwin':
      return [...(home === undefined ? [] : [join(home, 'Library/Preferences/edu.mit.Kerberos')]), '/etc/krb5.conf'];
    default:
      return ['/etc/krb5.conf'];
  }
}

/**
 * Puts values in for `%{…}` in a cache name, as MIT Kerberos does; `undefined` where a token is not known here.
 * A cache name from the environment is not expanded, by the library's own rule.
 */
export function expandTokens(name: string, machine: KerberosMachine): string | undefined {
  const uid = machine.uid?.toString();
  const values: Readonly<Record<string, string | undefined>> = {
    uid,
    euid: uid,
    USERID: uid,
    username: machine.username,
    TEMP: machine.environment.TMPDIR ?? machine.environment.TEMP ?? '/tmp',
    null: '',
    APPDATA: machine.environment.APPDATA,
    LOCAL_APPDATA: machine.environment.LOCALAPPDATA,
  };
  const tokens = [...name.matchAll(/%\{([^}]*)\}?/g)];
  let expanded = name;
  for (const [text, token = ''] of tokens) {
    const value = Object.hasOwn(values, token) && text.endsWith('}') ? values[token] : undefined;
    if (value === undefined) return undefined;
    expanded = expanded.replace(text, () => value);
  }
  return expanded;
}

async function readSettings(file: string, depth: number): Promise<readonly Setting[]> {
  if (depth > maxDepth) return [];
  const text = await readText(file);
  const settings: Setting[] = [];
  let section = '';
  let nesting = 0;
  for (const line of text.split(/\r?\n/)) {
    const included = /^include(dir)?\s+(\S.*?)\s*$/.exec(line);
    if (included !== null) {
      const files = included[1] === undefined ? [included[2] ?? ''] : await filesIn(included[2] ?? '');
      for (const inner of files) settings.push(...(await readSettings(inner, depth + 1)));
      continue;
    }
    const header = /^\s*\[([^\]]+)\]\*?\s*$/.exec(line);
    if (header !== null) {
      section = header[1]?.trim() ?? '';
      nesting = 0;
    } else if (/^\s*\}/.test(line)) {
      nesting = Math.max(0, nesting - 1);
    } else if (/=\s*\{\s*$/.test(line)) {
      nesting += 1;
    } else if (nesting === 0) {
      const setting = settingOf(section, line);
      if (setting !== undefined) settings.push(setting);
    }
  }
  return settings;
}

function settingOf(section: string, line: string): Setting | undefined {
  if (/^\s*[#;]/.test(line)) return undefined;
  const parts = /^\s*([^\s=*]+)\*?\s*=\s*(.*?)\s*$/.exec(line);
  if (parts === null) return undefined;
  const raw = parts[2] ?? '';
  const inQuotes = /^"((?:[^"\\]|\\.)*)"/.exec(raw);
  const value = inQuotes === null ? raw : (inQuotes[1] ?? '').replace(/\\(.)/g, '$1');
  return { section, key: parts[1] ?? '', value };
}

/** The files of an `includedir`: names of letters, digits, `-` and `_`, or ending in `.conf` without a leading dot; in order of name. */
async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /^[A-Za-z0-9_-]+$/.test(name) || /^[^.].*\.conf$/.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

async function readText(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    return text.length > maxFileBytes ? '' : text;
  } catch {
    return '';
  }
}
