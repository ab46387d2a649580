/**
 * The fingerprints of the keys that this program has signed with, so that its own bundles are told from those of others. What is secret of
 * a key may lie in the operating system's store, which the command line cannot read; its fingerprint may lie here.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../../base/error-text.ts';

function fileIn(dataDirectory: string): string {
  return join(dataDirectory, 'keys', 'own-fingerprints.txt');
}

/** Fingerprints, one for each key that was ever used here, oldest first; none where no bundle has been made yet. @throws errors of the file system */
export async function knownFingerprints(dataDirectory: string): Promise<readonly string[]> {
  const text = await readFile(fileIn(dataDirectory), 'utf8').catch((error: unknown) => {
    // A list that is there and cannot be read is not an empty one: then a foreign key would pass for any.
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  });
  return [...new Set(text.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line)))];
}

/** Adds one that is not there yet. @throws errors of the file system */
export async function addKnownFingerprint(dataDirectory: string, fingerprint: string): Promise<void> {
  if ((await knownFingerprints(dataDirectory)).includes(fingerprint)) return;
  const file = fileIn(dataDirectory);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, `${fingerprint}\n`, { mode: 0o600 });
}
