/**
 * Coverage of the processes that tests start: databases' workers, the engine, the command line. Vitest sees only its own processes,
 * so here the others are told to write down what V8 has counted, and of each file of ours the counts are kept. Set up by
 * `CAM_CHILD_COVERAGE`: the folder that they are kept in.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly unknown[];
}

const kept = process.env.CAM_CHILD_COVERAGE;
if (kept !== undefined) {
  const ours = pathToFileURL(join(import.meta.dirname, '..', '..', 'app')).href;
  const raw = mkdtempSync(join(tmpdir(), 'cam-coverage-'));
  // Read by Node when it starts: it says nothing to this process, and everything to its children.
  process.env.NODE_V8_COVERAGE = raw;
  // First registered, so last called: every child of the file's tests has ended by then.
  afterAll(() => {
    mkdirSync(kept, { recursive: true });
    const scripts = readdirSync(raw).flatMap((name) => scriptsOf(join(raw, name), ours));
    if (scripts.length > 0) writeFileSync(join(kept, `${randomUUID()}.json`), JSON.stringify(scripts));
    rmSync(raw, { recursive: true, force: true });
  });
}

function scriptsOf(file: string, ours: string): readonly ScriptCoverage[] {
  try {
    const { result } = JSON.parse(readFileSync(file, 'utf8')) as { readonly result: readonly ScriptCoverage[] };
    return result.filter(({ url }) => url.startsWith(ours) && !url.includes('/app/testing/'));
  } catch {
    // A process that was killed while it wrote.
    return [];
  }
}
