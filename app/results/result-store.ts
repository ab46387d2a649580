/**
 * Results that outlive their run: a folder for each, with the rows and what is needed to open them again. Other programs
 * may use the same folder: one that has a result open says so by a file in it, and nobody removes it meanwhile.
 */
import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttachInput } from '../engine/engine.ts';
import { CamError, failure } from '../model/failure.ts';
import type { KeptResultSummary } from '../model/kept-result.ts';
import type { SourceId } from '../model/plan.ts';
import { digestOf } from './file-digest.ts';
import { type KeptAttachment, type KeptContent, type KeptFile, readManifest, readSummary, writeManifest } from './manifest.ts';

/** A result to keep; the files lie elsewhere still. */
export interface ResultToKeep {
  readonly summary: Omit<KeptResultSummary, 'bytes'>;
  readonly content: Omit<KeptContent, 'attached'>;
  readonly attached: readonly AttachInput[];
}

/** A result that was opened: its files are as they were kept. */
export interface OpenedResult {
  readonly summary: KeptResultSummary;
  readonly content: KeptContent;
  /** With absolute paths. */
  readonly attached: readonly AttachInput[];
}

/** Rows of one source, as the engine reads them. */
type SpoolReference = Pick<AttachInput, 'files' | 'columns' | 'roles'>;

/** Whose folder it is and who uses it. */
export interface ResultStoreOptions {
  readonly directory: string;
  readonly processId: number;
  readonly isAlive: (processId: number) => boolean;
}

const runIdPattern = /^\d{8}-\d{6}-[0-9a-f]{6}$/;
const markerPattern = /^open-(\d+)$/;
/** A folder without a manifest is being made, or its program has died; older than this it is the latter. */
const unfinishedMs = 86_400_000;

/** The folder of all kept results. */
export class ResultStore {
  readonly #options: ResultStoreOptions;

  constructor(options: ResultStoreOptions) {
    this.#options = options;
  }

  /** Keeps a result, in place of an earlier one of the same run. The files may be removed afterwards. @throws errors of the file system */
  async keep({ summary, content, attached }: ResultToKeep): Promise<KeptResultSummary> {
    const directory = this.#folder(summary.runId);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const kept: KeptAttachment[] = [];
    for (const { files, ...input } of attached) {
      // By the place in the plan, so that a source that was kept before keeps its files: somebody may be reading them.
      const place = content.open.plan.sources.findIndex(({ id }) => id === input.source) + 1;
      kept.push({ input, files: await takeFiles(directory, `source-${String(place)}`, files) });
    }
    const names = new Set(kept.flatMap(({ files }) => files.map(({ name }) => name)));
    const bytes = kept.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0);
    const complete = { ...summary, bytes };
    await writeManifest(directory, complete, { ...content, attached: kept });
    for (const name of await readdir(directory))
      if (name.endsWith('.parquet') && !names.has(name)) await rm(join(directory, name), { force: true });
    return complete;
  }

  /** All results, the newest run first. */
  async list(): Promise<readonly KeptResultSummary[]> {
    const found: KeptResultSummary[] = [];
    for (const runId of await this.#runIds()) {
      const summary = await readSummary(this.#folder(runId));
      if (summary?.runId === runId) found.push(summary);
    }
    return found.sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
  }

  /**
   * Opens a result; until `release` nobody removes it.
   * @throws CamError `not.found` where none is kept, `result.damaged` where a file is not as it was kept
   */
  async open(runId: string): Promise<OpenedResult> {
    if (!runIdPattern.test(runId)) throw notKept(runId);
    const directory = this.#folder(runId);
    const marker = this.#marker(runId);
    try {
      await writeFile(marker, '', { mode: 0o600 });
    } catch {
      throw notKept(runId);
    }
    try {
      const manifest = await readManifest(directory);
      if (manifest.kind === 'absent') throw notKept(runId);
      if (manifest.kind === 'damaged') throw damaged(runId, manifest.what);
      const { summary, content } = manifest;
      if (summary.runId !== runId || content.state.plan.runId !== runId) throw damaged(runId, 'it is the result of another run');
      for (const { files } of content.attached) for (const file of files) await check(runId, directory, file);
      const attached = content.attached.map(({ input, files }) => ({ ...input, files: files.map(({ name }) => join(directory, name)) }));
      return { summary, content, attached };
    } catch (error) {
      await rm(marker, { force: true });
      throw error;
    }
  }

  /** What a kept result is made of, without a look at its files; `undefined` where it cannot be read. */
  async contentOf(runId: string): Promise<KeptContent | undefined> {
    const manifest = await readManifest(this.#folder(runId));
    return manifest.kind === 'read' ? manifest.content : undefined;
  }

  /**
   * The answer of one source, its files linked or copied into the folder, which is made; `undefined` where it is not kept.
   * @throws CamError `result.damaged`; errors of the file system
   */
  async takeSource(runId: string, source: SourceId, directory: string): Promise<{ spool: SpoolReference; bytes: number } | undefined> {
    const kept = (await this.contentOf(runId))?.attached.find(({ input }) => input.source === source);
    if (kept === undefined) return undefined;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const files: string[] = [];
    for (const file of kept.files) {
      await check(runId, this.#folder(runId), file);
      const target = join(directory, file.name);
      await linkOrCopy(join(this.#folder(runId), file.name), target);
      files.push(target);
    }
    const { columns, roles } = kept.input;
    const bytes = kept.files.reduce((sum, file) => sum + file.bytes, 0);
    return { spool: { files, columns, ...(roles === undefined ? {} : { roles }) }, bytes };
  }

  /** This program does not use the result any more. */
  async release(runId: string): Promise<void> {
    await rm(this.#marker(runId), { force: true });
  }

  /** Whether another program has the result open. */
  async isOpenElsewhere(runId: string): Promise<boolean> {
    return (await this.#users(runId)).some((processId) => processId !== this.#options.processId);
  }

  /** Removes a result unless somebody has it open; tells whether it is gone. */
  async remove(runId: string): Promise<boolean> {
    if (!runIdPattern.test(runId) || (await this.#users(runId)).length > 0) return false;
    await rm(this.#folder(runId), { recursive: true, force: true, maxRetries: 3 });
    return true;
  }

  /** Removes what programs that died left unfinished. */
  async tidy(nowMs: number): Promise<void> {
    for (const runId of await this.#runIds()) {
      const directory = this.#folder(runId);
      if ((await readManifest(directory)).kind !== 'absent') continue;
      const { mtimeMs } = await stat(directory);
      if (nowMs - mtimeMs > unfinishedMs) await this.remove(runId);
    }
  }

  #folder(runId: string): string {
    return join(this.#options.directory, runId);
  }

  #marker(runId: string): string {
    return join(this.#folder(runId), `open-${String(this.#options.processId)}`);
  }

  async #runIds(): Promise<readonly string[]> {
    const names = await readdir(this.#options.directory).catch(() => []);
    return names.filter((name) => runIdPattern.test(name));
  }

  async #users(runId: string): Promise<readonly number[]> {
    const names = await readdir(this.#folder(runId)).catch(() => []);
    const processIds = names.flatMap((name) => {
      const id = markerPattern.exec(name)?.[1];
      return id === undefined ? [] : [Number(id)];
    });
    return processIds.filter((id) => id === this.#options.processId || this.#options.isAlive(id));
  }
}

/** The files under names of their own. Linked where the disk is the same: then nothing is copied. */
async function takeFiles(directory: string, source: string, files: readonly string[]): Promise<readonly KeptFile[]> {
  const taken: KeptFile[] = [];
  for (const [index, file] of files.entries()) {
    const { bytes, digest } = await digestOf(file);
    const name = `${source}-part-${String(index + 1)}-${digest.slice(0, 12)}.parquet`;
    const target = join(directory, name);
    if (file !== target) await linkOrCopy(file, target);
    taken.push({ name, bytes, digest });
  }
  return taken;
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
  await chmod(to, 0o600);
}

async function check(runId: string, directory: string, { name, bytes, digest }: KeptFile): Promise<void> {
  const path = join(directory, name);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw damaged(runId, `${name} is not there`);
  if (found.size !== bytes) throw damaged(runId, `${name} has ${String(found.size)} bytes instead of ${String(bytes)}`);
  if ((await digestOf(path)).digest !== digest) throw damaged(runId, `${name} is not as it was written`);
}

function notKept(runId: string): CamError {
  return new CamError(
    failure('not.found', { message: `The result of the run ${runId} is not kept.`, action: 'Run it again with the same parameters.' }),
  );
}

function damaged(runId: string, what: string): CamError {
  return new CamError(failure('result.damaged', { message: `The kept result of the run ${runId} is damaged: ${what}.` }));
}
