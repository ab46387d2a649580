/** `cam verify`: is an evidence bundle what was signed, and by whom? Needs no configuration and starts nothing. */
import { resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { errorMessage } from '../../base/error-text.ts';
import type { BundleCheck } from '../../model/evidence-bundle.ts';
import { instantFromMs } from '../../model/instant.ts';
import { knownFingerprints } from '../../report/bundle/known-keys.ts';
import { verifyBundle } from '../../report/bundle/verify-bundle.ts';
import { missingLine } from '../../report/missing.ts';
import { showInstant } from '../../report/show.ts';
import { dataDirectoryOf } from '../core.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Options of `cam verify`. */
export interface VerifyOptions {
  readonly key?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/**
 * Ends with 0 for an intact bundle, 2 for one that is not or that somebody else has signed, 3 where the file cannot be opened. Without a key
 * those that this program has signed with are the known ones; where there are none, any key will do, and that is said.
 */
export async function verifyCommand(file: string, { key, json, ...options }: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const path = resolve(file);
  let check: BundleCheck;
  let trust: keyof typeof trusts;
  try {
    const own = key === undefined ? await knownFingerprints(dataDirectoryOf(options)) : [];
    const fingerprints = key === undefined ? own : [key.replaceAll(':', '')];
    trust = key !== undefined ? 'named' : own.length > 0 ? 'own' : 'any';
    const checkedAt = instantFromMs(systemClock.nowMs());
    check = await verifyBundle({ path, checkedAt, ...(fingerprints.length === 0 ? {} : { fingerprints }) });
  } catch (error) {
    // The message of the file system names the file: the bundle, or the list of this program's own keys.
    terminal.err(`${path} cannot be checked: ${errorMessage(error)}\n`);
    return exitCodes.failed;
  }
  terminal.out(json === true ? `${JSON.stringify({ ...check, trust }, null, 2)}\n` : readable(path, check, trust));
  return check.isIntact ? exitCodes.complete : exitCodes.incomplete;
}

const trusts = {
  named: 'It is the key you named.',
  own: 'It is a key of this program.',
  any: 'Any key can have made this signature: compare the fingerprint with one you have from elsewhere, or give it as --key.',
} as const;

function readable(path: string, { isIntact, findings, manifest }: BundleCheck, trust: keyof typeof trusts): string {
  if (!isIntact) {
    const lines = findings.map(({ kind, file, message }) => `  ${kind}${file === undefined ? '' : ` ${file}`}: ${message}`);
    const isOnlyForeign = findings.every(({ kind }) => kind === 'foreign-key');
    const end = !isOnlyForeign
      ? ['NOT INTACT', 'What this bundle says cannot be relied on.']
      : trust === 'own'
        ? ['FOREIGN KEY', 'Nothing in it was changed since that key signed it. If you know the key from elsewhere, give it as --key.']
        : ['FOREIGN KEY', 'Nothing in it was changed since that key signed it, but it is not the key you named.'];
    return [`${end[0]}: ${path}`, ...lines, end[1], ''].join('\n');
  }
  if (manifest === undefined) throw new Error('an intact bundle has a manifest');
  const { zone, key } = manifest;
  return [
    `INTACT: ${path}`,
    `Signed by key ${key.fingerprint}, kept in the ${key.keptIn}. ${trusts[trust]}`,
    manifest.headline,
    ...manifest.missing.map((source) => `Missing: ${missingLine(source, zone)}`),
    `Run ${manifest.runId}, asked for by ${manifest.user}; bundle made by ${manifest.madeBy} on ${manifest.madeOn}, ${showInstant(manifest.createdAt, zone)}`,
    `Last event (T): ${showInstant(manifest.lastEvent, zone)}`,
    `${String(manifest.files.length)} files, ${manifest.program} ${manifest.version}${manifest.sampleData ? ', SAMPLE DATA' : ''}`,
    '',
  ].join('\n');
}
