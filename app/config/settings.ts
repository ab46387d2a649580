/** The settings file as a checked value. */
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { OracleClientSettings, Settings } from '../model/database.ts';
import type { PlaceholderValues } from '../model/rule.ts';
import { type DatabasePolicy, unlimitedBudget } from '../model/policy.ts';
import { isZone } from '../model/zoned-time.ts';
import { expandCache, expandPath, isForeignPath } from './file-path.ts';
import {
  databasePolicyOf,
  type QueryDefaults,
  queryDefaultsOf,
  readBudget,
  shippedDatabasePolicy,
  shippedQueryDefaults,
} from './policy.ts';
import { historySettingsOf, resultSettingsOf } from './history-settings.ts';
import { shippedRule } from './rules-folder.ts';
import { usualZone } from './schema-parts.ts';
import { check } from './schema-problems.ts';
import { type RawSettings, settingsSchema } from './settings-schema.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/** What defaults are made of. Paths are absolute. */
export interface Surroundings {
  readonly homeDir: string;
  /** Folder of the program's own; reports, logs and spools lie in it unless told otherwise. */
  readonly dataDir: string;
  /** IANA zone of the machine. */
  readonly machineZone: string;
  /** The operating system's name of the user. */
  readonly user: string;
}

/** What holds for a database that does not say otherwise. */
export interface DatabaseDefaults {
  readonly zone: string;
  readonly maxConcurrency: number;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly policy: DatabasePolicy;
  readonly queries: QueryDefaults;
}

/** The whole settings file. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** What the file itself says, where the rules settle the rest. */
  readonly named: { readonly windowHours?: number; readonly defaultRule?: string; readonly placeholders?: PlaceholderValues };
  readonly databaseDefaults: DatabaseDefaults;
}

const usualWindowHours = 24;

type Section<K extends keyof RawSettings> = NonNullable<RawSettings[K]>;

/** The settings, every mistake in them reported to `source`; a default stands in for what is wrong. */
export function readSettings(source: YamlSource, around: Surroundings): LoadedSettings {
  const value = source.value ?? {};
  const { rest } = check(source, [], value, settingsSchema);
  const { window_hours: windowHours, default_rule: defaultRule, placeholders } = rest.app_settings ?? {};
  const named = {
    ...(windowHours != null && { windowHours }),
    ...(defaultRule != null && { defaultRule }),
    ...(placeholders != null && { placeholders }),
  };
  return { settings: settingsOf(source, rest, around), named, databaseDefaults: databaseDefaultsOf(source, rest) };
}

/** Reports a path of another system; returns the absolute path. */
export function readPath(source: YamlSource, path: KeyPath, text: string, homeDir: string): string {
  if (isForeignPath(text)) source.report(path, 'This is a Windows path, and this machine is not Windows.', 'Write a path of this machine.');
  return expandPath(text, dirname(source.file), homeDir);
}

function settingsOf(source: YamlSource, raw: RawSettings, around: Surroundings): Settings {
  const app: Section<'app_settings'> = raw.app_settings ?? {};
  const query: Section<'query'> = raw.query ?? {};
  const directory = (key: 'report_output_dir' | 'log_dir' | 'spool_dir', name: string): string => {
    const text = app[key];
    return typeof text === 'string' ? readPath(source, ['app_settings', key], text, around.homeDir) : join(around.dataDir, name);
  };
  const deadline = query.scatter_timeout_ms;
  return {
    oracleClient: oracleClientOf(source, raw.oracle_client ?? {}, around.homeDir),
    reportOutputDir: directory('report_output_dir', 'reports'),
    logDir: directory('log_dir', 'logs'),
    logLevel: app.log_level ?? 'info',
    emailRecipients: recipientsOf(source, app.email_recipients ?? []),
    sid: raw.user_settings?.sid ?? around.user,
    zone: usualZone(app.zone ?? (isZone(around.machineZone) ? around.machineZone : 'UTC')),
    windowHours: app.window_hours ?? usualWindowHours,
    defaultRule: app.default_rule ?? shippedRule,
    ...(typeof app.rules_dir === 'string' && { rulesDir: readPath(source, ['app_settings', 'rules_dir'], app.rules_dir, around.homeDir) }),
    lookbackDays: app.lookback_days ?? 30,
    maxFanout: query.max_fanout ?? 16,
    ...(typeof deadline === 'number' ? { runDeadlineMs: deadline } : {}),
    cancelGraceMs: query.cancel_grace_ms ?? 2_000,
    spoolDir: directory('spool_dir', 'spool'),
    policy: {
      partialConfidencePenalty: query.partial_confidence_penalty ?? 1,
      budget: readBudget(source, ['budget', 'run'], raw.budget?.run, unlimitedBudget),
    },
    history: historySettingsOf(source, raw.history ?? {}, around),
    results: resultSettingsOf(source, raw.results ?? {}, around),
  };
}

function databaseDefaultsOf(source: YamlSource, raw: RawSettings): DatabaseDefaults {
  const query: Section<'query'> = raw.query ?? {};
  const budget = readBudget(source, ['budget', 'database'], raw.budget?.database, unlimitedBudget);
  return {
    zone: usualZone(raw.app_settings?.default_database_zone ?? 'UTC'),
    maxConcurrency: query.max_concurrency ?? 4,
    timeoutMs: query.timeout_ms ?? 300_000,
    connectTimeoutMs: query.connect_timeout_ms ?? 20_000,
    policy: databasePolicyOf(query, shippedDatabasePolicy, budget),
    queries: queryDefaultsOf(query, shippedQueryDefaults),
  };
}

function oracleClientOf(source: YamlSource, raw: Section<'oracle_client'>, homeDir: string): OracleClientSettings {
  const read = (key: 'instant_client_dir' | 'krb5_conf' | 'trace_directory'): string | undefined => {
    const text = raw[key];
    return typeof text === 'string' ? readPath(source, ['oracle_client', key], text, homeDir) : undefined;
  };
  const instantClientDir = read('instant_client_dir');
  const krb5Conf = read('krb5_conf');
  const traceDirectory = read('trace_directory');
  const krb5Cache = raw.krb5_cache ?? undefined;
  return {
    ...(instantClientDir === undefined ? {} : { instantClientDir }),
    ...(krb5Conf === undefined ? {} : { krb5Conf }),
    ...(krb5Cache === undefined ? {} : { krb5Cache: expandCache(krb5Cache, dirname(source.file), homeDir) }),
    traceLevel: raw.trace_level ?? 0,
    ...(traceDirectory === undefined ? {} : { traceDirectory }),
  };
}

function recipientsOf(source: YamlSource, raw: string | readonly string[]): readonly string[] {
  const isList = typeof raw !== 'string';
  const addresses = (isList ? raw : raw.split(/[,;]/)).map((address) => address.trim());
  addresses.forEach((address, index) => {
    if ((address === '' && !isList) || z.email().safeParse(address).success) return;
    const path = ['app_settings', 'email_recipients', ...(isList ? [index] : [])];
    source.report(path, 'This is not an e-mail address.', 'Write an address such as soc@example.com.');
  });
  return addresses.filter((address) => address !== '');
}
