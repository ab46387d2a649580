/**
 * The file that says what a kept result is made of: two lines of JSON. The first is read for lists and holds the digest of the
 * second, so that damage of either is noticed.
 */
import { createHash, randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { errorCode } from '../base/error-text.ts';
import type { AttachInput, EngineMethods } from '../engine/engine.ts';
import type { KeptResultSummary } from '../model/kept-result.ts';
import type { SourceId } from '../model/plan.ts';
import type { RunState } from '../model/run.ts';
import type { RunLog } from '../model/run-log.ts';

/** A file of rows, by its name in the result's folder. */
export interface KeptFile {
  readonly name: string;
  readonly bytes: number;
  readonly digest: string;
}

/** A source's rows as the engine was given them; the files lie beside. */
export interface KeptAttachment {
  readonly input: Omit<AttachInput, 'files'>;
  readonly files: readonly KeptFile[];
}

/** How often the run went on, for whoever records what comes next. */
export interface KeptRounds {
  readonly resumes: number;
  readonly rounds: Readonly<Record<SourceId, number>>;
}

/** All that is needed to open the result again. */
export interface KeptContent {
  readonly state: RunState;
  /** Number of the last event in the state. */
  readonly seq: number;
  /** What the engine was told when the run was opened: plan, and what it judges by. */
  readonly open: EngineMethods['open']['input'];
  readonly attached: readonly KeptAttachment[];
  /** What each source was asked, see asked-hash.ts. */
  readonly asked: Readonly<Record<SourceId, string>>;
  readonly recorded: KeptRounds;
  /** Absent in results that an earlier version has kept. */
  readonly log?: RunLog;
}

const manifestName = 'result.jsonl';
const headBytes = 16 * 1024;

const head = z.object({
  format: z.literal(1),
  digest: z.string(),
  summary: z.object({
    runId: z.string(),
    keptAt: z.string(),
    user: z.string(),
    startedAt: z.string(),
    lastEvent: z.string(),
    outcome: z.enum(['succeeded', 'partial', 'failed', 'cancelled']),
    expectedSources: z.number(),
    answeredSources: z.number(),
    bytes: z.number(),
  }),
});

const safeName = z.string().regex(/^[\w-]+\.parquet$/);
const content = z.looseObject({
  seq: z.int(),
  state: z.looseObject({ plan: z.looseObject({ runId: z.string() }), status: z.literal('ended') }),
  attached: z.array(z.looseObject({ files: z.array(z.object({ name: safeName, bytes: z.int(), digest: z.string() })) })),
});

/** Writes the file in place of an earlier one, as a whole or not at all. @throws errors of the file system */
export async function writeManifest(directory: string, summary: KeptResultSummary, kept: KeptContent): Promise<void> {
  const body = JSON.stringify(kept);
  const temporary = join(directory, `${manifestName}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ format: 1, digest: sha256(body), summary })}\n${body}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(directory, manifestName));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** What the result is, or `undefined` where the folder holds none that can be read. */
export async function readSummary(directory: string): Promise<KeptResultSummary | undefined> {
  try {
    const handle = await open(join(directory, manifestName), 'r');
    try {
      const buffer = Buffer.alloc(headBytes);
      const { bytesRead } = await handle.read(buffer, 0, headBytes, 0);
      return parseHead(buffer.subarray(0, bytesRead).toString('utf8'))?.summary;
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

/** The whole file. `damaged` says what is wrong with it; a folder without one is `absent`. @throws errors of the file system */
export async function readManifest(
  directory: string,
): Promise<
  | { readonly kind: 'read'; readonly summary: KeptResultSummary; readonly content: KeptContent }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly what: string }
> {
  let text: string;
  try {
    text = await readFile(join(directory, manifestName), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'absent' };
    throw error;
  }
  const begin = parseHead(text);
  if (begin === undefined) return { kind: 'damaged', what: `${manifestName} cannot be read` };
  const body = text.slice(text.indexOf('\n') + 1).trimEnd();
  if (sha256(body) !== begin.digest) return { kind: 'damaged', what: `${manifestName} is not as it was written` };
  const checked = content.safeParse(JSON.parse(body));
  if (!checked.success) return { kind: 'damaged', what: `${manifestName} is of another form` };
  return { kind: 'read', summary: begin.summary, content: checked.data as unknown as KeptContent };
}

function parseHead(text: string): { readonly digest: string; readonly summary: KeptResultSummary } | undefined {
  const end = text.indexOf('\n');
  if (end === -1) return undefined;
  try {
    const checked = head.safeParse(JSON.parse(text.slice(0, end)));
    return checked.success ? checked.data : undefined;
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
