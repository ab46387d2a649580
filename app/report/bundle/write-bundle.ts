/**
 * Writes an evidence bundle: a zip of files, each hashed as it passes, then the manifest with all hashes, its signature, and a
 * seal over every byte of the zip. Content streams through, so memory does not grow with it.
 */
import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { asError } from '../../base/as-error.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { BundleFacts, BundleFile, BundleKey, BundleManifest } from '../../model/evidence-bundle.ts';
import { NewFile } from '../new-file.ts';
import { manifestName, publicKeyName, sealComment, sealLength, signatureName } from './bundle-format.ts';
import { publicPem, signPart } from './signing.ts';

/** A file to put in. */
export interface BundleEntry {
  /** Path inside the bundle, with `/`. */
  readonly name: string;
  readonly content: () => AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
  /** False for what is compressed already. */
  readonly compress: boolean;
}

/** What is written, and the key that signs it. */
export interface BundleInput {
  /** Absolute path of the file to make. */
  readonly path: string;
  /** In the order in which they are written; each is read to its end before the next one is begun. */
  readonly entries: readonly BundleEntry[];
  readonly facts: BundleFacts;
  readonly key: BundleKey;
  /** PEM; it is used here and goes nowhere else. */
  readonly privateKey: string;
}

/** Fast rather than small: of the 10 seconds that a million rows may take, most go into rows. */
const compressionLevel = 1;

/** @throws CamError `export.failed`, `disk.full`; whatever an entry's content throws. Nothing is left of the file then. */
export async function writeBundle(input: BundleInput): Promise<{ readonly bytes: number; readonly files: number }> {
  const file = await NewFile.create(input.path);
  const zip = new BundleZip(input);
  try {
    await writeSealed(zip.chunks(), file, input.privateKey);
    await file.publish();
    return { bytes: file.bytes, files: zip.files.length };
  } catch (error) {
    zip.destroy();
    await file.discard();
    throw error;
  }
}

class BundleZip {
  readonly files: BundleFile[] = [];
  readonly #input: BundleInput;
  readonly #zip = new ZipFile();
  readonly #streams: Readable[] = [];

  constructor(input: BundleInput) {
    this.#input = input;
    let manifest: Buffer = Buffer.alloc(0);
    const pem = publicPem(input.key);
    for (const entry of input.entries) this.#add(entry, true);
    this.#add({ name: publicKeyName, content: () => [pem], compress: false }, true);
    // Both are made when all files before them have been hashed.
    const content = (): Iterable<Buffer> => [(manifest = this.#manifest())];
    this.#add({ name: manifestName, content, compress: true }, false);
    this.#add({ name: signatureName, content: () => [signPart('manifest', manifest, input.privateKey)], compress: false }, false);
  }

  async *chunks(): AsyncGenerator<Buffer> {
    this.#zip.on('error', (error: unknown) => {
      this.#fail(error);
    });
    this.#zip.end({ forceZip64Format: false, comment: sealComment('0'.repeat(128)) });
    for await (const chunk of this.#zip.outputStream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }

  destroy(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  #add({ name, content, compress }: BundleEntry, isListed: boolean): void {
    const options = { ...(compress ? { compressionLevel } : { compress: false }), mtime: new Date(this.#input.facts.createdAt) };
    this.#zip.addReadStreamLazy(name, options, (give) => {
      const stream = Readable.from(
        hashed(content(), (file) => isListed && this.files.push({ name, ...file })),
        { objectMode: false },
      );
      // A pipe does not pass errors on.
      stream.on('error', (error) => {
        this.#fail(error);
      });
      this.#streams.push(stream);
      give(null, stream);
    });
  }

  #fail(error: unknown): void {
    if (this.#zip.outputStream instanceof Readable) this.#zip.outputStream.destroy(asError(error));
  }

  #manifest(): Buffer {
    const { facts, key } = this.#input;
    const files = this.files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const manifest: BundleManifest = { format: 'client-activity-monitor/evidence-bundle', formatVersion: 1, ...facts, key, files };
    return Buffer.from(canonicalJson(manifest), 'utf8');
  }
}

async function* hashed(
  content: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  onEnd: (file: { readonly bytes: number; readonly sha256: string }) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of content) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    hash.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  onEnd({ bytes, sha256: hash.digest('hex') });
}

/** The zip ends with its comment: it is held back, and replaced by the seal once all before it has been hashed. */
async function writeSealed(chunks: AsyncIterable<Buffer>, file: NewFile, privateKey: string): Promise<void> {
  const hash = createHash('sha256');
  let held = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const all = Buffer.concat([held, chunk]);
    const ready = Math.max(0, all.length - sealLength);
    await writeHashed(all.subarray(0, ready), hash, file);
    held = Buffer.from(all.subarray(ready));
  }
  if (held.toString('latin1') !== sealComment('0'.repeat(128))) throw new Error('the zip does not end with its comment');
  await file.write(sealComment(signPart('seal', hash.digest(), privateKey)));
}

async function writeHashed(bytes: Buffer, hash: Hash, file: NewFile): Promise<void> {
  if (bytes.length === 0) return;
  hash.update(bytes);
  await file.write(bytes);
}
