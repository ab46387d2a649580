import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { BundleCheck, BundleFacts, BundleManifest } from '../../model/evidence-bundle.ts';
import { initialRunState } from '../../model/run-reducer.ts';
import { samplePlan } from '../../testing/builders.ts';
import { reportMetadata } from '../metadata.ts';
import { sealComment, sealLength } from './bundle-format.ts';
import { newPrivateKey, publicKeyOf, signPart } from './signing.ts';
import { type BundleLimits, verifyBundle } from './verify-bundle.ts';
import { type BundleEntry, writeBundle } from './write-bundle.ts';

const privateKey = newPrivateKey();
const key = publicKeyOf(privateKey, 'file of the program');
const plan = samplePlan();
const facts: BundleFacts = {
  ...reportMetadata(initialRunState(plan, plan.createdAt), { version: '0.1.0', createdAt: '2026-11-20T14:05:00.000000Z' }),
  madeBy: 'analyst',
  madeOn: 'desk-7',
  plan: { startDate: plan.startDate, strict: false, notes: [] },
  ruleText: { file: 'rule/rule.yml', sha256: 'f'.repeat(64) },
  queries: [],
  changedQueries: [],
  isReopened: false,
  log: { file: 'run.log.jsonl', lines: 3, dropped: 0, isWhole: true },
};
const rows = Array.from({ length: 400 }, (_, row) => `${String(row)},client ${String(row * 7)}\r\n`);
const entries: readonly BundleEntry[] = [
  { name: 'report/confirmed.csv', content: () => rows, compress: true },
  { name: 'rows/part-0.parquet', content: () => [Buffer.from('PAR1 and some bytes')], compress: false },
  { name: 'empty.txt', content: () => [], compress: true },
];

let folder: string;
let original: Buffer;
let number = 0;

const write = async (change: Partial<Parameters<typeof writeBundle>[0]> = {}): Promise<string> => {
  const path = join(folder, `bundle-${String(number++)}.zip`);
  await writeBundle({ path, entries, facts, key, privateKey, ...change });
  return path;
};
const check = (path: string, more: { fingerprints?: readonly string[]; limits?: BundleLimits } = {}): Promise<BundleCheck> =>
  verifyBundle({ path, checkedAt: '2026-11-21T00:00:00.000000Z', ...more });
const checkBytes = async (bytes: Uint8Array): Promise<BundleCheck> => {
  const path = join(folder, `bytes-${String(number++)}.zip`);
  await writeFile(path, bytes);
  const found = await check(path);
  await rm(path);
  return found;
};
const findings = ({ findings: all }: BundleCheck): unknown[] => all.map(({ kind, file }) => [kind, ...(file === undefined ? [] : [file])]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-bundle-'));
  original = await readFile(await write());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A zip of these files, sealed and signed like a real one by whoever holds the key. */
async function forged(files: readonly (readonly [name: string, content: string])[], more: Partial<BundleManifest> = {}): Promise<string> {
  const intact = await check(await write());
  const manifest = Buffer.from(canonicalJson({ ...intact.manifest, ...more }));
  const zip = new ZipFile();
  for (const [name, content] of files) zip.addBuffer(Buffer.from(content), name);
  zip.addBuffer(manifest, 'manifest.json');
  zip.addBuffer(Buffer.from(signPart('manifest', manifest, privateKey)), 'manifest.sig');
  zip.end({ forceZip64Format: false, comment: sealComment('0'.repeat(128)) });
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return sealed(Buffer.concat(chunks));
}

async function sealed(bytes: Buffer): Promise<string> {
  const { createHash } = await import('node:crypto');
  const before = bytes.subarray(0, bytes.length - sealLength);
  const seal = sealComment(signPart('seal', createHash('sha256').update(before).digest(), privateKey));
  const path = join(folder, `forged-${String(number++)}.zip`);
  await writeFile(path, Buffer.concat([before, Buffer.from(seal)]));
  return path;
}

describe('an evidence bundle', () => {
  it('is intact as it was written, and its manifest has every file with size and hash', async () => {
    const found = await check(await write(), { fingerprints: [key.fingerprint] });
    expect(found).toMatchObject({ isIntact: true, findings: [], manifest: { user: 'X123456', madeBy: 'analyst', key } });
    expect(found.manifest?.files.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['empty.txt', 0],
      ['public-key.pem', 113],
      ['report/confirmed.csv', rows.join('').length],
      ['rows/part-0.parquet', 19],
    ]);
    expect(found.manifest?.files[0]?.sha256).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('is the same to the byte when the same is written again', async () => {
    expect(await readFile(await write())).toEqual(original);
  });

  it('never is intact with any byte changed, wherever it is', async () => {
    const last = original.length - 1;
    const place = fc.oneof(fc.integer({ min: 0, max: last }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: last - 400, max: last }));
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(original);
        changed[at] = (changed[at] ?? 0) ^ by;
        const found = await checkBytes(changed);
        expect(found.isIntact).toBe(false);
        expect(found.findings.length).toBeGreaterThan(0);
      }),
      { numRuns: process.env.CAM_SOAK === '1' ? 5000 : 400 },
    );
  });

  it('never is intact when it is cut, or when anything stands before or after it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: original.length - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        async (at, more) => {
          for (const bytes of [original.subarray(0, at), Buffer.concat([original, more]), Buffer.concat([more, original])]) {
            expect((await checkBytes(bytes)).isIntact).toBe(false);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('names the file whose content was changed', async () => {
    const changed = Buffer.from(original);
    const at = changed.indexOf('PAR1 and some');
    changed[at] = 0x51;
    expect(findings(await checkBytes(changed))).toEqual([['changed-file', 'rows/part-0.parquet'], ['seal']]);
  });

  it('names the manifest where it cannot even be unpacked any more', async () => {
    const changed = Buffer.from(original);
    // The first byte of its content: after its local header of 30 bytes and its name.
    const at = changed.indexOf('manifest.json') + 'manifest.json'.length;
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    const found = await checkBytes(changed);
    expect(found.isIntact).toBe(false);
    expect(findings(found)).toContainEqual(['unreadable', 'manifest.json']);
  });

  it('says so when only the zip around the files was changed', async () => {
    const changed = Buffer.from(original);
    // The time of the first file, in its local header.
    changed[10] = (changed[10] ?? 0) ^ 1;
    const found = await checkBytes(changed);
    expect(findings(found)).toEqual([['seal']]);
    expect(found.findings[0]?.message).toContain('outside its files');
  });

  it('names a file that is missing, one that is too much, and one that is there twice', async () => {
    const pem = /-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----\n/s.exec(await readFile(await write(), 'latin1'))?.[0] ?? '';
    const csv = ['report/confirmed.csv', rows.join('')] as const;
    const path = await forged([csv, csv, ['public-key.pem', pem], ['empty.txt', ''], ['more/note.txt', 'x']]);
    expect(findings(await check(path))).toEqual([
      ['doubled-file', 'report/confirmed.csv'],
      ['missing-file', 'rows/part-0.parquet'],
      ['extra-file', 'more/note.txt'],
    ]);
  });

  it('is not intact under another key, nor with a key swapped into its manifest', async () => {
    const other = publicKeyOf(newPrivateKey(), 'system store');
    expect(findings(await check(await write(), { fingerprints: [other.fingerprint] }))).toEqual([['foreign-key']]);
    const path = await forged([], { key: other, files: [] });
    expect(findings(await check(path))).toEqual([['signature', 'manifest.json'], ['seal']]);
  });

  it('is refused where a name leads out of its folder', async () => {
    for (const name of ['../evil', '/etc/evil', 'C:/evil', 'a/../../evil']) {
      // The writer refuses such names too: the same length is written and then replaced.
      const plain = 'x'.repeat(name.length);
      const bytes = await readFile(await forged([[plain, 'content']], { files: [] }));
      const path = await sealed(Buffer.from(bytes.toString('latin1').replaceAll(plain, name), 'latin1'));
      const found = await check(path);
      expect(found.isIntact).toBe(false);
      expect(findings(found)).toEqual([['unreadable']]);
      expect(found.findings[0]?.message).toMatch(/invalid relative path|absolute path/);
    }
  });

  it('is refused where it would unpack to more than is allowed, or has too many files', async () => {
    const zeros = await write({
      entries: [{ name: 'bomb', content: () => Array.from({ length: 64 }, () => Buffer.alloc(65_536)), compress: true }],
    });
    const limits = { entries: 10, bytes: 1_000_000, manifestBytes: 1_000_000 };
    const found = await check(zeros, { limits });
    expect([found.isIntact, found.findings[0]?.message]).toEqual([false, expect.stringContaining('more than 1000000 bytes')]);
    expect((await check(zeros, { limits: { ...limits, bytes: 1e9, manifestBytes: 10 } })).findings[0]?.message).toContain(
      'manifest.json says',
    );
    expect((await check(zeros, { limits: { ...limits, entries: 2 } })).findings[0]?.message).toContain('4 files');
  });

  it('is refused where a file holds more than it says', async () => {
    const honest = await readFile(await forged([['small.txt', 'y'.repeat(5000)]], { files: [] }));
    const lying = Buffer.from(honest);
    // Uncompressed size in the central directory, 24 bytes after its signature.
    lying.writeUInt32LE(1, lying.indexOf(Buffer.from('PK\u0001\u0002', 'latin1')) + 24);
    const sha256 = 'a'.repeat(64);
    const path = await sealed(lying);
    expect((await check(path)).isIntact).toBe(false);
    const listed = await readFile(await forged([['small.txt', 'y'.repeat(5000)]], { files: [{ name: 'small.txt', bytes: 1, sha256 }] }));
    listed.writeUInt32LE(1, listed.indexOf(Buffer.from('PK\u0001\u0002', 'latin1')) + 24);
    expect(findings(await check(await sealed(listed)))).toEqual([['changed-file', 'small.txt']]);
  });

  it('leaves no file behind when its content fails', async () => {
    const path = join(folder, 'failed.zip');
    const failing = function* (): Generator<string> {
      yield 'a beginning';
      throw new Error('the disk is gone');
    };
    const failed = writeBundle({ path, entries: [{ name: 'a', content: failing, compress: true }], facts, key, privateKey });
    await expect(failed).rejects.toThrow('the disk is gone');
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is not a bundle when it is something else', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('no zip'), Buffer.alloc(5000)])
      expect(findings(await checkBytes(bytes))).toEqual([['unreadable']]);
  });
});
