/** Which sources a run expects: databases chosen, groups resolved, partitions looked at. */
import type { Configuration, DatabaseConfig, DatabaseGroup, QueryConfig } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import { type SourceId, sourceIdOf, type Strategy } from '../model/plan.ts';

/** Values by partition key: the part of the data that is asked for. */
export type Partitions = Readonly<Record<string, readonly string[]>>;

/** An expected source. */
export interface Target {
  readonly id: SourceId;
  readonly database: DatabaseConfig;
  readonly query: QueryConfig;
  readonly strategy: Strategy;
}

/** What a run expects, in the order of the configuration. */
export interface Targets {
  readonly targets: readonly Target[];
  /** Databases of at least one target. */
  readonly databases: readonly DatabaseConfig[];
  /** Names of the databases that were chosen, with or without a target. */
  readonly chosen: ReadonlySet<string>;
  /** One sentence for every group of which only a part is asked. */
  readonly notes: readonly string[];
}

/**
 * Finds the targets.
 * @throws CamError `request.invalid` when a database, a partition key or a value is not known, or nothing is left to run
 */
export function findTargets(configuration: Configuration, names: readonly string[] | undefined, partitions: Partitions): Targets {
  const databases = chosenDatabases(configuration, names);
  refuseUnknownPartitions(configuration, partitions);
  const groups = new Map(configuration.groups.map((group) => [group.name, group]));
  const targets = databases.flatMap((database) =>
    database.queries.flatMap((query) => {
      const strategy = strategyOf(database, query.group === undefined ? undefined : groups.get(query.group), partitions);
      return strategy === undefined ? [] : [{ id: sourceIdOf(database.name, query.name), database, query, strategy }];
    }),
  );
  if (targets.length === 0) {
    throw new CamError(
      failure('request.invalid', {
        message: 'There is nothing to run.',
        action: 'Choose at least one database that has queries.',
        field: 'databases',
      }),
    );
  }
  const chosen = new Set(databases.map((database) => database.name));
  const notes = configuration.groups.flatMap((group) => noteOf(group, databases, chosen, partitions));
  const asked = new Set(targets.map((target) => target.database));
  return { targets, databases: databases.filter((database) => asked.has(database)), chosen, notes };
}

function chosenDatabases(configuration: Configuration, names: readonly string[] | undefined): readonly DatabaseConfig[] {
  if (names === undefined) return configuration.databases;
  const known = new Set(configuration.databases.map((database) => database.name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new CamError(
      failure('request.invalid', {
        message: `No database of this name is configured: ${unknown.join(', ')}.`,
        action: `Choose from: ${[...known].join(', ')}.`,
        field: 'databases',
      }),
    );
  }
  const wanted = new Set(names);
  return configuration.databases.filter((database) => wanted.has(database.name));
}

/** `undefined`: the member cannot hold what is asked for, so it is not expected to answer. */
function strategyOf(database: DatabaseConfig, group: DatabaseGroup | undefined, partitions: Partitions): Strategy | undefined {
  if (group === undefined) return 'single';
  const key = group.partitionBy;
  const asked = key === undefined ? undefined : partitions[key];
  if (key === undefined || asked === undefined) return 'broadcast';
  return canHold(database, key, asked) ? 'multi' : undefined;
}

/** A database that does not say what it holds may hold anything. */
function canHold(database: DatabaseConfig, key: string, asked: readonly string[]): boolean {
  const held = database.partitions[key];
  return held === undefined || asked.some((value) => held.includes(value));
}

/** A slip in a value would quietly leave a database out, and a client in it would count as "not found". */
function refuseUnknownPartitions(configuration: Configuration, partitions: Partitions): void {
  for (const [key, asked] of Object.entries(partitions)) {
    const groups = configuration.groups.filter((group) => group.partitionBy === key);
    if (groups.length === 0) {
      const keys = [...new Set(configuration.groups.flatMap((group) => group.partitionBy ?? []))];
      const action = keys.length === 0 ? 'Ask without partitions.' : `Choose from: ${keys.join(', ')}.`;
      throw new CamError(failure('request.invalid', { message: `No group is partitioned by ${key}.`, action, field: `partitions.${key}` }));
    }
    const members = configuration.databases.filter(({ name }) => groups.some((group) => group.members.includes(name)));
    const unknown = asked.filter((value) => !members.some((database) => canHold(database, key, [value])));
    if (asked.length > 0 && unknown.length === 0) continue;
    const values = [...new Set(members.flatMap((database) => database.partitions[key] ?? []))];
    const message = asked.length === 0 ? `No ${key} is named.` : `No database holds ${key} ${unknown.join(', ')}.`;
    throw new CamError(failure('request.invalid', { message, action: `Choose from: ${values.join(', ')}.`, field: `partitions.${key}` }));
  }
}

function noteOf(group: DatabaseGroup, databases: readonly DatabaseConfig[], chosen: ReadonlySet<string>, partitions: Partitions): string[] {
  const key = group.partitionBy;
  const asked = key === undefined ? undefined : partitions[key];
  if (key === undefined || asked === undefined) return [];
  const members = databases.filter(({ name }) => chosen.has(name) && group.members.includes(name));
  const holding = members.filter((database) => canHold(database, key, asked));
  if (holding.length === members.length) return [];
  const ofAll = `${String(holding.length)} of ${String(members.length)} databases of ${group.name}`;
  return [`Only ${ofAll} are asked: those that can hold ${key} ${asked.join(', ')}.`];
}
