/**
 * Checks an evidence bundle without unpacking it: seal, signature, and the hash of every file. Nothing is written, names that lead
 * elsewhere are refused, and no more is read than the manifest says there is.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { errorMessage } from '../../base/error-text.ts';
import type { BundleCheck, BundleFinding, BundleManifest } from '../../model/evidence-bundle.ts';
import type { Instant } from '../../model/instant.ts';
import { manifestName, sealLength, sealOf, signatureName } from './bundle-format.ts';
import { readManifest } from './read-manifest.ts';
import { fingerprintOf, isSigned } from './signing.ts';

/** How much a check reads at most. */
export interface BundleLimits {
  readonly entries: number;
  /** Of all files together, unpacked. */
  readonly bytes: number;
  readonly manifestBytes: number;
}

const usualLimits: BundleLimits = { entries: 20_000, bytes: 64 * 2 ** 30, manifestBytes: 64 * 2 ** 20 };

/** What a check is told. */
export interface BundleCheckInput {
  readonly path: string;
  /** One of them the key must have; absent: any key's signature is accepted, and the caller must say so. */
  readonly fingerprints?: readonly string[];
  readonly checkedAt: Instant;
  readonly limits?: BundleLimits;
}

/** Checks a bundle. Never rejects for what is in the file; it does where the file cannot be opened. */
export async function verifyBundle(input: BundleCheckInput): Promise<BundleCheck> {
  const file = await open(input.path, 'r');
  const findings: BundleFinding[] = [];
  let manifest: BundleManifest | undefined;
  try {
    manifest = await checkContent(file, input, findings);
    await checkSeal(file, manifest, findings);
  } catch (error) {
    findings.push({ kind: 'unreadable', message: `The file cannot be read as a bundle: ${textOf(error)}.` });
  } finally {
    await file.close();
  }
  const about = manifest === undefined ? {} : { manifest };
  return { isIntact: manifest !== undefined && findings.length === 0, findings, checkedAt: input.checkedAt, ...about };
}

async function checkContent(file: FileHandle, input: BundleCheckInput, findings: BundleFinding[]): Promise<BundleManifest | undefined> {
  const limits = input.limits ?? usualLimits;
  const zip = await fromFdPromise(file.fd, { lazyEntries: true, autoClose: false });
  const entries = await readEntries(zip, limits, findings);
  const read = async (name: string): Promise<Buffer> => {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`it has no ${name}`);
    const chunks: Buffer[] = [];
    for await (const chunk of bytesOf(zip, entry, limits.manifestBytes)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const { manifest, manifestBytes } = await readSigned(read, findings);
  if (manifest === undefined) return undefined;
  checkSignature(manifest, manifestBytes, (await read(signatureName)).toString('latin1'), input.fingerprints, findings);
  await checkFiles(zip, entries, manifest, findings);
  return manifest;
}

/** The manifest and its bytes; one that cannot be read is a finding that names it. */
async function readSigned(
  read: (name: string) => Promise<Buffer>,
  findings: BundleFinding[],
): Promise<
  { readonly manifest: BundleManifest; readonly manifestBytes: Buffer } | { readonly manifest: undefined; readonly manifestBytes?: never }
> {
  try {
    const manifestBytes = await read(manifestName);
    return { manifest: readManifest(manifestBytes), manifestBytes };
  } catch (error) {
    findings.push({ kind: 'unreadable', file: manifestName, message: `The file cannot be read as a bundle: ${textOf(error)}.` });
    return { manifest: undefined };
  }
}

/** @throws Error for names that lead out of a folder (yauzl refuses them), too many files, or too much in them */
async function readEntries(zip: ZipFile, limits: BundleLimits, findings: BundleFinding[]): Promise<ReadonlyMap<string, Entry>> {
  if (zip.entryCount > limits.entries) throw new Error(`it says that it has ${String(zip.entryCount)} files`);
  const entries = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    if (entries.has(entry.fileName))
      findings.push({ kind: 'doubled-file', file: entry.fileName, message: 'The zip has two files of this name.' });
    bytes += entry.uncompressedSize;
    if (bytes > limits.bytes) throw new Error(`its files would be more than ${String(limits.bytes)} bytes`);
    entries.set(entry.fileName, entry);
  }
  return entries;
}

/** The content of a file; it ends with an error where there is more of it than its header says, or more than `most`. */
async function* bytesOf(zip: ZipFile, entry: Entry, most: number): AsyncGenerator<Buffer> {
  if (entry.uncompressedSize > most) throw new Error(`${entry.fileName} says that it has ${String(entry.uncompressedSize)} bytes`);
  for await (const chunk of await zip.openReadStreamPromise(entry)) yield chunk as Buffer;
}

function checkSignature(
  { key }: BundleManifest,
  content: Buffer,
  signature: string,
  wanted: readonly string[] | undefined,
  findings: BundleFinding[],
): void {
  const actual = fingerprintOf(Buffer.from(key.publicKey, 'base64'));
  if (!isSigned('manifest', content, signature, key.publicKey) || actual !== key.fingerprint)
    findings.push({ kind: 'signature', file: manifestName, message: 'The manifest is not what the key in it has signed.' });
  if (wanted?.some((one) => one.toLowerCase() === actual) === false)
    findings.push({ kind: 'foreign-key', message: `It is signed by another key: ${actual}.` });
}

async function checkFiles(
  zip: ZipFile,
  entries: ReadonlyMap<string, Entry>,
  manifest: BundleManifest,
  findings: BundleFinding[],
): Promise<void> {
  for (const listed of manifest.files) {
    const entry = entries.get(listed.name);
    if (entry === undefined)
      findings.push({ kind: 'missing-file', file: listed.name, message: 'The manifest lists it, and it is not there.' });
    else if (!(await hasContent(zip, entry, listed)))
      findings.push({ kind: 'changed-file', file: listed.name, message: 'Its content is not what was signed.' });
  }
  const known = new Set([manifestName, signatureName, ...manifest.files.map(({ name }) => name)]);
  for (const name of entries.keys())
    if (!known.has(name)) findings.push({ kind: 'extra-file', file: name, message: 'The manifest does not list it.' });
}

/** Reads no further than the listed size. What cannot be unpacked has been changed. */
async function hasContent(zip: ZipFile, entry: Entry, listed: { readonly bytes: number; readonly sha256: string }): Promise<boolean> {
  if (entry.uncompressedSize !== listed.bytes) return false;
  const hash = createHash('sha256');
  try {
    for await (const chunk of bytesOf(zip, entry, listed.bytes)) hash.update(chunk);
  } catch {
    return false;
  }
  return hash.digest('hex') === listed.sha256;
}

async function checkSeal(file: FileHandle, manifest: BundleManifest | undefined, findings: BundleFinding[]): Promise<void> {
  if (manifest === undefined) return;
  const { size } = await file.stat();
  const hash = createHash('sha256');
  const end = size - sealLength;
  if (end > 0) for await (const chunk of file.createReadStream({ start: 0, end: end - 1, autoClose: false })) hash.update(chunk as Buffer);
  const comment = Buffer.alloc(Math.min(size, sealLength));
  await file.read(comment, 0, comment.length, size - comment.length);
  const seal = sealOf(comment.toString('latin1'));
  if (seal !== undefined && isSigned('seal', hash.digest(), seal, manifest.key.publicKey)) return;
  const isOnlyContainer = findings.length === 0;
  findings.push({
    kind: 'seal',
    message: isOnlyContainer
      ? 'Bytes of the zip itself, outside its files, have been changed or the seal has been taken off.'
      : 'The bytes of the zip are not those that were sealed.',
  });
}

function textOf(error: unknown): string {
  return errorMessage(error).replace(/\.$/, '');
}
