/** Writes changes of the settings into their file, in place of what was there, with all comments kept. */
import { dirname } from 'node:path';
import type { ConfigProblem, Settings } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import { replaceTextFile } from './replace-file.ts';
import { readSettings } from './settings.ts';
import { readTextFile } from './text-file.ts';
import { changeYaml, type YamlChange } from './yaml-edit.ts';
import { YamlSource } from './yaml-source.ts';

/** New values; an empty text or list brings the default back, an absent one changes nothing. */
export interface SettingsChange {
  readonly instantClientDir?: string | undefined;
  readonly krb5Conf?: string | undefined;
  readonly krb5Cache?: string | undefined;
  readonly reportOutputDir?: string | undefined;
  readonly emailRecipients?: readonly string[] | undefined;
  readonly sid?: string | undefined;
  readonly zone?: string | undefined;
}

const places: Readonly<Record<keyof SettingsChange, readonly [section: string, key: string]>> = {
  instantClientDir: ['oracle_client', 'instant_client_dir'],
  krb5Conf: ['oracle_client', 'krb5_conf'],
  krb5Cache: ['oracle_client', 'krb5_cache'],
  reportOutputDir: ['app_settings', 'report_output_dir'],
  emailRecipients: ['app_settings', 'email_recipients'],
  sid: ['user_settings', 'sid'],
  zone: ['app_settings', 'zone'],
};

/**
 * Changes the file, or makes it. Values that `current` holds already are left as they are written, so that a default or a
 * relative path does not become an absolute one in the file by opening the page and saving it.
 * @throws CamError `config.invalid` when the file would then have mistakes (nothing is written); `disk.error` when it
 * cannot be written
 */
export async function saveSettings(file: string, change: SettingsChange, current?: Settings): Promise<void> {
  const read = await readTextFile(file, 4 * 1024 * 1024);
  if (!read.ok && !read.isMissing)
    throw invalid([{ file, line: read.line, column: read.column, key: '', message: read.message, action: read.action }]);
  const text = read.ok ? read.text : '';
  refuseProblems(file, text);
  const edited = changeYaml(text, changesOf(change, current));
  refuseProblems(file, edited);
  if (edited !== text) await replaceTextFile(file, edited, `The settings could not be written to ${file}.`);
}

function changesOf(change: SettingsChange, current: Settings | undefined): readonly YamlChange[] {
  const held: SettingsChange = current === undefined ? {} : { ...current.oracleClient, ...current };
  return (Object.keys(places) as (keyof SettingsChange)[]).flatMap((name) => {
    const value = change[name];
    const isUnchanged = current !== undefined && String(value ?? '') === String(held[name] ?? '');
    if (value === undefined || isUnchanged) return [];
    const [section, key] = places[name];
    return [{ section, key, value: value.length === 0 ? undefined : value }];
  });
}

/** The folders do not matter here: nothing of the value is kept, only its problems. */
function refuseProblems(file: string, text: string): void {
  const source = new YamlSource(file, text);
  const anywhere = dirname(file);
  if (source.problems.length === 0) readSettings(source, { homeDir: anywhere, dataDir: anywhere, machineZone: 'UTC', user: 'nobody' });
  if (source.problems.length > 0) throw invalid(source.problems);
}

function invalid(problems: readonly ConfigProblem[]): CamError {
  const [first] = problems;
  const detail = problems.map(({ line, column, key, message, action }) => `${line}:${column} ${key} ${message} ${action}`).join('\n');
  return new CamError(
    failure('config.invalid', {
      message: `The settings were not saved: ${first === undefined ? '' : `${first.key} ${first.message}`.trim()}`,
      ...(first === undefined ? {} : { action: first.action }),
      detail,
    }),
  );
}
