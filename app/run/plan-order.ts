/** What depends on what: order, shared sessions, and what cannot run because something else does not. */
import { type BindFrom, type DatabaseConfig, endpointLabel } from '../model/database.ts';
import { type Failure, failure } from '../model/failure.ts';
import type { EndpointHealth } from '../model/health.ts';
import type { SourceId, UnplannedSource } from '../model/plan.ts';
import type { Target, Targets } from './plan-targets.ts';

/** What a target waits for, and why its values would not be whole. */
interface Waits {
  readonly after: readonly SourceId[];
  readonly problem?: Failure;
}

/** Those that take values from others, by their ids. */
type AllWaits = ReadonlyMap<SourceId, Waits>;

/** The order of a run. A target that is not in a map waits for nobody, is of level 0, or shares no session. */
export interface Order {
  readonly waits: AllWaits;
  readonly levels: ReadonlyMap<SourceId, number>;
  readonly sessions: ReadonlyMap<SourceId, SourceId>;
  readonly unplanned: readonly UnplannedSource[];
}

/** Endpoints that may be tried, in order of preference, by name of the database. */
export type ReachableEndpoints = ReadonlyMap<string, readonly string[]>;

/** Leaves endpoints out that are left alone at this moment. */
export function reachableEndpoints(databases: readonly DatabaseConfig[], health: readonly EndpointHealth[]): ReachableEndpoints {
  const open = new Map<string, Set<string>>();
  for (const { database, endpoint, breaker } of health) {
    if (breaker === 'open') open.set(database, (open.get(database) ?? new Set()).add(endpoint));
  }
  return new Map(
    databases.map(({ name, endpoint, standbys }) => {
      const labels = [endpoint, ...standbys].map(endpointLabel);
      return [name, labels.filter((label) => open.get(name)?.has(label) !== true)];
    }),
  );
}

/** One sentence for every database that is asked at a standby because its primary is left alone. */
export function standbyNotes(databases: readonly DatabaseConfig[], reachable: ReachableEndpoints): string[] {
  return databases.flatMap(({ name, endpoint }) => {
    const [first] = reachable.get(name) ?? [];
    const primary = endpointLabel(endpoint);
    return first === undefined || first === primary ? [] : [`${name} is asked at ${first}: ${primary} failed too often and is left alone.`];
  });
}

/**
 * Orders the targets. What cannot run, and all that needs it, is left out with the reason.
 * @throws Error when targets wait for each other, which a configuration never lets happen
 */
export function orderTargets(found: Targets, reachable: ReachableEndpoints, refused: ReadonlyMap<string, Failure> = new Map()): Order {
  const waits = waitsOfAll(found);
  const levels = levelsOf(waits);
  const left = notAsked(found, reachable, refused);
  for (const id of levels.keys()) {
    const problem = left.get(id) ?? withoutValues(waits.get(id), left);
    if (problem !== undefined) left.set(id, problem);
  }
  const unplanned = found.targets.flatMap(({ id }) => {
    const problem = left.get(id);
    return problem === undefined ? [] : [{ source: id, failure: problem }];
  });
  return { waits, levels, sessions: sessionsOf(found.targets, waits, levels), unplanned };
}

/** The members of a group share their lists of sources, so what is found for one holds for all: with 1,000 members that matters. */
function waitsOfAll({ targets, chosen }: Targets): AllWaits {
  const waiting = targets.filter(({ query }) => Object.keys(query.bindsFrom).length > 0);
  if (waiting.length === 0) return new Map();
  const ids = new Set(targets.map((target) => target.id));
  const known = new Map<readonly SourceId[], Waits>();
  return new Map(
    waiting.map(({ id, query }) => {
      const lists = Object.values(query.bindsFrom);
      const shared = lists.length === 1 ? lists[0]?.sources : undefined;
      const waits = (shared === undefined ? undefined : known.get(shared)) ?? waitsOf(lists, ids, chosen);
      if (shared !== undefined) known.set(shared, waits);
      return [id, waits];
    }),
  );
}

/**
 * The sources a target takes values from, as far as they are expected. One that nobody asks because its database was not
 * chosen makes the values incomplete; one that cannot hold what is asked for does not.
 */
function waitsOf(lists: readonly BindFrom[], ids: ReadonlySet<SourceId>, chosen: ReadonlySet<string>): Waits {
  const expected = lists.map(({ sources }) => (sources.every((id) => ids.has(id)) ? sources : sources.filter((id) => ids.has(id))));
  const after = expected.length === 1 && expected[0] !== undefined ? expected[0] : [...new Set(expected.flat())];
  const isWhole = lists.every(({ sources }, index) => sources.length > 0 && expected[index] === sources);
  const missing = isWhole ? undefined : missingOf(lists, expected, ids, chosen);
  if (missing === undefined) return { after };
  const message = `It takes values from ${missing}, which is not part of this run.`;
  return { after, problem: failure('parent.failed', { message, action: 'Choose the database of that query too.' }) };
}

function missingOf(
  lists: readonly BindFrom[],
  expected: readonly (readonly SourceId[])[],
  ids: ReadonlySet<SourceId>,
  chosen: ReadonlySet<string>,
): string | undefined {
  const outside = lists.flatMap((list) => list.sources).find((id) => !ids.has(id) && !isOfChosen(id, chosen));
  return outside ?? lists.find((_, index) => expected[index]?.length === 0)?.from;
}

/** Names of databases hold no slash. */
function isOfChosen(id: SourceId, chosen: ReadonlySet<string>): boolean {
  return chosen.has(id.slice(0, id.indexOf('/')));
}

/** The targets of databases of which no endpoint may be tried, or that refuse the account. */
function notAsked(
  { targets, databases }: Targets,
  reachable: ReachableEndpoints,
  refused: ReadonlyMap<string, Failure>,
): Map<SourceId, Failure> {
  const closed = new Map(
    databases.flatMap((database) => {
      const refusal = refused.get(database.name);
      if (refusal !== undefined) return [[database, refusal]];
      return (reachable.get(database.name)?.length ?? 0) === 0 ? [[database, leftAlone(database)]] : [];
    }),
  );
  if (closed.size === 0) return new Map();
  return new Map(
    targets.flatMap(({ id, database }) => {
      const problem = closed.get(database);
      return problem === undefined ? [] : [[id, problem]];
    }),
  );
}

function leftAlone({ endpoint, standbys }: DatabaseConfig): Failure {
  const others = standbys.length === 0 ? 'there is no standby' : 'so did all its standbys';
  return failure('breaker.open', { message: `${endpointLabel(endpoint)} failed too often and is left alone; ${others}.` });
}

function withoutValues(waits: Waits | undefined, left: ReadonlyMap<SourceId, Failure>): Failure | undefined {
  const parent = left.size === 0 ? undefined : waits?.after.find((id) => left.has(id));
  if (parent === undefined) return waits?.problem;
  return failure('parent.failed', { message: `It takes values from ${parent}, which is left out: ${left.get(parent)?.message ?? ''}` });
}

/** Round by round: whoever waits only for those of earlier rounds is of this one. Who waits for nobody is of round 0. */
function levelsOf(waits: AllWaits): ReadonlyMap<SourceId, number> {
  const levels = new Map<SourceId, number>();
  const afterOf = (id: SourceId): readonly SourceId[] => waits.get(id)?.after ?? [];
  for (const [id, { after }] of waits) if (after.length === 0) levels.set(id, 0);
  let waiting = [...waits.keys()].filter((id) => !levels.has(id));
  for (let level = 1; waiting.length > 0; level += 1) {
    const ready = waiting.filter((id) => afterOf(id).every((parent) => levels.has(parent) || !waits.has(parent)));
    if (ready.length === 0) throw new Error(`these sources wait for each other: ${waiting.join(', ')}`);
    for (const id of ready) levels.set(id, level);
    waiting = waiting.filter((id) => !levels.has(id));
  }
  return levels;
}

/** Joins each target that wants its parents' session with them; a session is named after the first of it. */
function sessionsOf(targets: readonly Target[], waits: AllWaits, levels: ReadonlyMap<SourceId, number>): ReadonlyMap<SourceId, SourceId> {
  const sessions = new Map<SourceId, SourceId[]>();
  for (const { id, query } of targets) {
    if (!query.sameSession) continue;
    const joined = [...new Set([...(waits.get(id)?.after ?? []), id].flatMap((member) => sessions.get(member) ?? [member]))];
    for (const member of joined) sessions.set(member, joined);
  }
  const levelOf = (id: SourceId): number => levels.get(id) ?? 0;
  const first = (members: readonly SourceId[]): SourceId => members.reduce((a, b) => (levelOf(b) < levelOf(a) ? b : a));
  return new Map([...sessions].map(([id, members]) => [id, first(members)]));
}
