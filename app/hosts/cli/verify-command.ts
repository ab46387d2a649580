/** `cam verify`: is an evidence bundle what was signed? Needs no configuration and starts nothing. */
import { resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import type { BundleCheck } from '../../model/evidence-bundle.ts';
import { instantFromMs } from '../../model/instant.ts';
import { verifyBundle } from '../../report/bundle/verify-bundle.ts';
import { missingLine } from '../../report/missing.ts';
import { showInstant } from '../../report/show.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Options of `cam verify`. */
export interface VerifyOptions {
  readonly key?: string;
  readonly json?: boolean;
}

/** Ends with 0 for an intact bundle, 2 for one that is not, 3 where the file cannot be opened. */
export async function verifyCommand(file: string, { key, json }: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const path = resolve(file);
  let check: BundleCheck;
  try {
    const checkedAt = instantFromMs(systemClock.nowMs());
    check = await verifyBundle({ path, checkedAt, ...(key === undefined ? {} : { fingerprint: key.replaceAll(':', '') }) });
  } catch (error) {
    terminal.err(`${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
  terminal.out(json === true ? `${JSON.stringify(check, null, 2)}\n` : readable(path, check, key !== undefined));
  return check.isIntact ? exitCodes.complete : exitCodes.incomplete;
}

function readable(path: string, { isIntact, findings, manifest }: BundleCheck, isKeyCompared: boolean): string {
  if (!isIntact) {
    const lines = findings.map(({ kind, file, message }) => `  ${kind}${file === undefined ? '' : ` ${file}`}: ${message}`);
    return [`NOT INTACT: ${path}`, ...lines, 'What this bundle says cannot be relied on.', ''].join('\n');
  }
  if (manifest === undefined) throw new Error('an intact bundle has a manifest');
  const { zone, key } = manifest;
  const trust = isKeyCompared
    ? 'It is the key you named.'
    : 'Any key can have made this signature: compare the fingerprint with one you have from elsewhere, or give it as --key.';
  return [
    `INTACT: ${path}`,
    `Signed by key ${key.fingerprint}, kept in the ${key.keptIn}. ${trust}`,
    manifest.headline,
    ...manifest.missing.map((source) => `Missing: ${missingLine(source, zone)}`),
    `Run ${manifest.runId}, asked for by ${manifest.user}; bundle made by ${manifest.madeBy} on ${manifest.madeOn}, ${showInstant(manifest.createdAt, zone)}`,
    `Last event (T): ${showInstant(manifest.lastEvent, zone)}`,
    `${String(manifest.files.length)} files, ${manifest.program} ${manifest.version}${manifest.sampleData ? ', SAMPLE DATA' : ''}`,
    '',
  ].join('\n');
}
