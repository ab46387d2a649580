// Puts together what vitest has seen in its own processes and what their child processes have counted, and compares it with the limits.
// A child process runs the files as they are written (Node takes the types away without moving anything), so V8's offsets are the files' own.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { everyBranchOf, leastLines } from './limits.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = join(root, 'coverage');

const worstShown = 20;

/** Where the child processes' counts are kept. */
export const childCoverage = join(directory, 'processes');

/** Removes what an earlier run has left. */
export function forgetChildCoverage() {
  rmSync(childCoverage, { recursive: true, force: true });
}

/** Prints the figures. Resolves with whether the limits are held; `false` too where vitest has left no figures. */
export function reportCoverage(write = (text) => process.stdout.write(text)) {
  const file = join(directory, 'coverage-final.json');
  if (!existsSync(file)) {
    write('There are no coverage figures.\n');
    return false;
  }
  const own = JSON.parse(readFileSync(file, 'utf8'));
  const alone = totalsOf(own);
  const merged = withChildren(own, childScripts());
  const all = totalsOf(merged);
  writeFileSync(file, JSON.stringify(merged));
  const [lines, branches] = [percent(all.lines), percent(all.branches)];
  write(`\nCoverage of app/: ${lines.toFixed(1)} % of ${all.lines.of} lines, ${branches.toFixed(1)} % of ${all.branches.of} branches`);
  write(` (without child processes ${percent(alone.lines).toFixed(1)} % and ${percent(alone.branches).toFixed(1)} %)\n`);
  const gaps = gapsOf(merged);
  for (const gap of gaps) write(`  ${gap}\n`);
  if (lines < leastLines) {
    write(`  fewer than ${leastLines} % of the lines; the most that were never run:\n`);
    for (const { name, missing, of } of worstFiles(merged)) write(`    ${missing} of ${of}  ${name}\n`);
  }
  return gaps.length === 0 && lines >= leastLines;
}

/** The modules of which a branch was never taken, with the lines of those branches. */
function gapsOf(coverage) {
  return everyBranchOf.flatMap((name) => {
    const file = coverage[join(root, name)];
    if (file === undefined) return [`${name}: not seen at all`];
    const lines = Object.entries(file.b).flatMap(([id, counts]) =>
      counts.flatMap((count, place) =>
        count === 0 ? [(file.branchMap[id].locations[place]?.start ?? file.branchMap[id].loc.start).line ?? 0] : [],
      ),
    );
    return lines.length === 0 ? [] : [`${name}: a branch is never taken in line ${[...new Set(lines)].join(', ')}`];
  });
}

function childScripts() {
  if (!existsSync(childCoverage)) return [];
  return readdirSync(childCoverage).flatMap((name) => JSON.parse(readFileSync(join(childCoverage, name), 'utf8')));
}

/** The counts of vitest raised by those of the child processes. */
function withChildren(own, scripts) {
  const byFile = new Map();
  for (const { url, functions } of scripts) {
    const path = fileURLToPath(url);
    if (own[path] !== undefined) byFile.set(path, [...(byFile.get(path) ?? []), functions]);
  }
  const merged = { ...own };
  for (const [path, runs] of byFile) merged[path] = raised(own[path], runs, lineStarts(readFileSync(path, 'utf8')));
  return merged;
}

function raised(file, runs, starts) {
  const counts = runs.map(flattened);
  const countAt = ({ line, column }) => {
    if (line === undefined || line === null) return 0;
    const offset = starts[line - 1] + (column === Infinity || column === null ? 0 : column);
    return counts.some((ranges) => countOf(ranges, offset) > 0) ? 1 : 0;
  };
  // Whether something was run is what is asked; how often is not, and most of it is known already.
  const raise = (count, place) => (count > 0 ? count : countAt(place ?? {}));
  const s = Object.fromEntries(Object.entries(file.s).map(([id, count]) => [id, raise(count, file.statementMap[id].start)]));
  const f = Object.fromEntries(Object.entries(file.f).map(([id, count]) => [id, raise(count, file.fnMap[id].loc.start)]));
  const b = Object.fromEntries(
    Object.entries(file.b).map(([id, list]) => [id, list.map((count, place) => raise(count, file.branchMap[id].locations[place]?.start))]),
  );
  return { ...file, s, f, b };
}

function flattened(functions) {
  return functions.flatMap(({ ranges }) => ranges);
}

/** The count of the smallest range around the place; 0 where there is none. */
function countOf(ranges, offset) {
  let best;
  for (const range of ranges) {
    if (range.startOffset > offset || range.endOffset <= offset) continue;
    if (best === undefined || range.endOffset - range.startOffset <= best.endOffset - best.startOffset) best = range;
  }
  return best?.count ?? 0;
}

function lineStarts(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Lines are counted as Istanbul does: a line counts as run when the first statement that begins in it is. */
function totalsOf(coverage) {
  const totals = { lines: { hit: 0, of: 0 }, branches: { hit: 0, of: 0 } };
  for (const file of Object.values(coverage)) {
    const lines = new Map();
    for (const [id, { start }] of Object.entries(file.statementMap))
      lines.set(start.line, Math.max(lines.get(start.line) ?? 0, file.s[id]));
    totals.lines.of += lines.size;
    totals.lines.hit += [...lines.values()].filter((count) => count > 0).length;
    for (const counts of Object.values(file.b)) {
      totals.branches.of += counts.length;
      totals.branches.hit += counts.filter((count) => count > 0).length;
    }
  }
  return totals;
}

function percent({ hit, of }) {
  return of === 0 ? 0 : (hit / of) * 100;
}

/** The files with the most lines that were never run, for whoever looks for what to test next. */
function worstFiles(coverage) {
  return Object.entries(coverage)
    .map(([path, file]) => ({ name: relative(root, path), ...totalsOf({ [path]: file }).lines }))
    .map(({ name, hit, of }) => ({ name, missing: of - hit, of }))
    .sort((a, b) => b.missing - a.missing)
    .slice(0, worstShown);
}
