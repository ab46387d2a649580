/**
 * Where the ticket cache is: the configured one, else `KRB5CCNAME`, else `default_ccache_name` of krb5.conf, else
 * `FILE:/tmp/krb5cc_<uid>`. Only caches that are files can be looked into.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CacheOrigin } from '../model/preflight.ts';
import { expandTokens, kerberosConfigFiles, type KerberosMachine, readKerberosDefaults } from './krb5-conf.ts';

/** What the settings say; empty text counts as not set. */
export interface CacheSettings {
  /** A path or a cache name such as `FILE:/path` or `DIR:/folder`. */
  readonly cache?: string;
  /** Path of a krb5.conf of one's own. */
  readonly krb5Conf?: string;
}

/** A cache, found or not. `name` is the cache as it was named. */
export type CacheLocation = { readonly name: string; readonly from: CacheOrigin } & (
  | { readonly kind: 'file'; readonly path: string }
  /** A cache of a kind that lies in no file: `type` is its prefix, upper case. */
  | { readonly kind: 'unsupported'; readonly type: string }
  /** Windows' own cache, which Oracle's client can use but nobody can read from a file. */
  | { readonly kind: 'windows' }
  /** A name that cannot be followed; `why` is one sentence. */
  | { readonly kind: 'invalid'; readonly why: string }
);

/** Finds the cache. Reads krb5.conf and a DIR cache's `primary`; never throws. */
export async function locateCache(machine: KerberosMachine, settings: CacheSettings): Promise<CacheLocation> {
  if (settings.cache !== undefined && settings.cache !== '') return followName(settings.cache, 'settings');
  const named = machine.environment.KRB5CCNAME;
  if (named !== undefined && named !== '') return followName(named, 'KRB5CCNAME');
  const { defaultCacheName } = await readKerberosDefaults(kerberosConfigFiles(machine, settings.krb5Conf));
  if (defaultCacheName !== undefined && defaultCacheName !== '') {
    const expanded = expandTokens(defaultCacheName, machine);
    if (expanded !== undefined) return followName(expanded, 'krb5.conf');
    const why = `default_ccache_name in krb5.conf is ${defaultCacheName}, which cannot be resolved here.`;
    return { name: defaultCacheName, from: 'krb5.conf', kind: 'invalid', why };
  }
  if (machine.uid === undefined) return { name: 'MSLSA:', from: 'default', kind: 'windows' };
  return followName(`FILE:/tmp/krb5cc_${machine.uid}`, 'default');
}

async function followName(name: string, from: CacheOrigin): Promise<CacheLocation> {
  const parts = /^([A-Za-z][A-Za-z0-9_]+):(.*)$/s.exec(name);
  // A single letter before the colon is a drive of Windows.
  const type = parts?.[1]?.toUpperCase() ?? 'FILE';
  const rest = parts?.[2] ?? name;
  switch (type) {
    case 'FILE':
    case 'WRFILE':
      if (rest === '') return { name, from, kind: 'invalid', why: `The ticket cache name ${name} has no path.` };
      return { name, from, kind: 'file', path: resolve(rest) };
    case 'DIR':
      return followFolder(name, from, rest);
    case 'MSLSA':
    case 'OSMSFT':
      return { name, from, kind: 'windows' };
    default:
      return { name, from, kind: 'unsupported', type };
  }
}

/** `DIR::/folder/tktXYZ` is one file of a collection; `DIR:/folder` is the one that its file `primary` names. */
async function followFolder(name: string, from: CacheOrigin, rest: string): Promise<CacheLocation> {
  if (rest.startsWith(':')) return { name, from, kind: 'file', path: resolve(rest.slice(1)) };
  if (rest === '') return { name, from, kind: 'invalid', why: `The ticket cache name ${name} has no path.` };
  let primary: string;
  try {
    primary = (await readFile(join(rest, 'primary'), 'utf8')).replace(/\r?\n$/, '');
  } catch {
    // The library's own default while no `primary` has been written.
    primary = 'tkt';
  }
  // A name that led out of the folder would make the program read a file that nobody meant.
  if (!/^tkt[^/\\]*$/.test(primary)) {
    return { name, from, kind: 'invalid', why: `The file primary in ${rest} does not name a ticket cache.` };
  }
  return { name, from, kind: 'file', path: resolve(rest, primary) };
}
