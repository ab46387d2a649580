/** What depends on what: order, shared sessions, and what cannot run because something else does not. */
import { type BindFrom, type DatabaseConfig, endpointLabel } from '../model/database.ts';
import { type Failure, failure } from '../model/failure.ts';
import type { EndpointHealth } from '../model/health.ts';
import type { SourceId, UnplannedSource } from '../model/run.ts';
import type { Target, Targets } from './plan-targets.ts';

/** A target's place in the plan. */
export interface Place {
  readonly after: readonly SourceId[];
  readonly level: number;
  readonly session?: SourceId;
}

/** The order of a run. */
export interface Order {
  readonly places: ReadonlyMap<SourceId, Place>;
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
export function orderTargets({ targets, chosen }: Targets, reachable: ReachableEndpoints): Order {
  const ids = new Set(targets.map((target) => target.id));
  const waits = waitsOfAll(targets, ids, chosen);
  const levels = levelsOf(targets, (id) => waits.get(id)?.after ?? []);
  const inOrder = [...targets].sort((a, b) => (levels.get(a.id) ?? 0) - (levels.get(b.id) ?? 0));
  const left = new Map<SourceId, Failure>();
  for (const target of inOrder) {
    const problem = unreachable(target, reachable) ?? withoutValues(waits.get(target.id), left);
    if (problem !== undefined) left.set(target.id, problem);
  }
  const sessions = sessionsOf(inOrder, (id) => waits.get(id)?.after ?? []);
  const places = targets.map(({ id }): [SourceId, Place] => {
    const session = sessions.get(id);
    const place = { after: waits.get(id)?.after ?? [], level: levels.get(id) ?? 0 };
    return [id, session === undefined ? place : { ...place, session }];
  });
  const unplanned = targets.flatMap(({ id }) => {
    const problem = left.get(id);
    return problem === undefined ? [] : [{ source: id, failure: problem }];
  });
  return { places: new Map(places), unplanned };
}

/** What a target waits for, and why its values would not be whole. */
interface Waits {
  readonly after: readonly SourceId[];
  readonly problem?: Failure;
}

const noWaits: Waits = { after: [] };

/** The members of a group share their lists of sources, so what is found for one holds for all: with 1,000 members that matters. */
function waitsOfAll(targets: readonly Target[], ids: ReadonlySet<SourceId>, chosen: ReadonlySet<string>): ReadonlyMap<SourceId, Waits> {
  const known = new Map<readonly SourceId[], Waits>();
  return new Map(
    targets.map(({ id, query }) => {
      const lists = Object.values(query.bindsFrom);
      const [only] = lists;
      if (only === undefined) return [id, noWaits];
      const waits = (lists.length === 1 ? known.get(only.sources) : undefined) ?? waitsOf(lists, ids, chosen);
      if (lists.length === 1) known.set(only.sources, waits);
      return [id, waits];
    }),
  );
}

/**
 * The sources a target takes values from, as far as they are expected. One that nobody asks because its database was not
 * chosen makes the values incomplete; one that cannot hold what is asked for does not.
 */
function waitsOf(lists: readonly BindFrom[], ids: ReadonlySet<SourceId>, chosen: ReadonlySet<string>): Waits {
  const outside = lists.flatMap((list) => list.sources).find((id) => !ids.has(id) && !isOfChosen(id, chosen));
  const empty = lists.find((list) => !list.sources.some((id) => ids.has(id)));
  const after = [...new Set(lists.flatMap((list) => list.sources.filter((id) => ids.has(id))))];
  const missing = outside ?? empty?.from;
  if (missing === undefined) return { after };
  const message = `It takes values from ${missing}, which is not part of this run.`;
  return { after, problem: failure('parent.failed', { message, action: 'Choose the database of that query too.' }) };
}

/** Names of databases hold no slash. */
function isOfChosen(id: SourceId, chosen: ReadonlySet<string>): boolean {
  return chosen.has(id.slice(0, id.indexOf('/')));
}

function unreachable({ database }: Target, reachable: ReachableEndpoints): Failure | undefined {
  if ((reachable.get(database.name)?.length ?? 0) > 0) return undefined;
  const primary = endpointLabel(database.endpoint);
  const standbys = database.standbys.length === 0 ? 'there is no standby' : 'so did all its standbys';
  return failure('breaker.open', { message: `${primary} failed too often and is left alone; ${standbys}.` });
}

function withoutValues(waits: Waits | undefined, left: ReadonlyMap<SourceId, Failure>): Failure | undefined {
  const parent = waits?.after.find((id) => left.has(id));
  if (parent === undefined) return waits?.problem;
  return failure('parent.failed', { message: `It takes values from ${parent}, which is left out: ${left.get(parent)?.message ?? ''}` });
}

/** Round by round: whoever waits only for those of earlier rounds is of this one. */
function levelsOf(targets: readonly Target[], afterOf: (id: SourceId) => readonly SourceId[]): ReadonlyMap<SourceId, number> {
  const levels = new Map<SourceId, number>();
  let waiting = targets.map((target) => target.id);
  for (let level = 0; waiting.length > 0; level += 1) {
    const ready = waiting.filter((id) => afterOf(id).every((parent) => levels.has(parent)));
    if (ready.length === 0) throw new Error(`these sources wait for each other: ${waiting.join(', ')}`);
    for (const id of ready) levels.set(id, level);
    waiting = waiting.filter((id) => !levels.has(id));
  }
  return levels;
}

/** Joins each target that wants its parents' session with them; a session is named after the first of it. */
function sessionsOf(inOrder: readonly Target[], afterOf: (id: SourceId) => readonly SourceId[]): ReadonlyMap<SourceId, SourceId> {
  const sessions = new Map<SourceId, SourceId[]>();
  for (const { id, query } of inOrder) {
    if (!query.sameSession) continue;
    const joined = [...new Set([...afterOf(id), id].flatMap((member) => sessions.get(member) ?? [member]))];
    for (const member of joined) sessions.set(member, joined);
  }
  const rank = new Map(inOrder.map((target, index) => [target.id, index]));
  const first = (members: readonly SourceId[]): SourceId => members.reduce((a, b) => ((rank.get(b) ?? 0) < (rank.get(a) ?? 0) ? b : a));
  return new Map([...sessions].map(([id, members]) => [id, first(members)]));
}
