/** The `groups` of `databases.yaml`: databases that are asked the same. */
import type { DatabaseGroup } from '../model/database.ts';
import { type DatabaseDeclaration, readQueries } from './database-config.ts';
import { groupSchema } from './databases-schema.ts';
import type { QueryDeclaration } from './query-config.ts';
import { check, suggest } from './schema-problems.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/** A group as it stands in the file. */
export interface GroupDeclaration {
  readonly path: KeyPath;
  readonly group: DatabaseGroup;
  /** Its queries, without those that have mistakes. */
  readonly queries: readonly QueryDeclaration[];
}

/** Reads all groups. Every mistake in them is reported; what is right in a group is kept, so that more can be checked. */
export async function readGroups(
  source: YamlSource,
  raw: Readonly<Record<string, unknown>>,
  databases: readonly DatabaseDeclaration[],
  homeDir: string,
): Promise<readonly GroupDeclaration[]> {
  const groups: GroupDeclaration[] = [];
  for (const [name, value] of Object.entries(raw)) {
    const path = ['groups', name];
    const { rest } = check(source, path, value, groupSchema);
    const queries = await readQueries(source, [...path, 'sql_queries'], rest.sql_queries ?? [], { homeDir, group: name });
    const members = readMembers(source, [...path, 'members'], rest.members ?? [], databases);
    const partitionBy = rest.partition_by ?? undefined;
    groups.push({
      path,
      group: { name, members, ...(partitionBy === undefined ? {} : { partitionBy }), queries: queries.map((query) => query.name) },
      queries,
    });
  }
  reportPartitions(source, groups, databases);
  return groups;
}

/** The members that exist, each once, in the order of the databases: that is the order in which answers are preferred. */
function readMembers(
  source: YamlSource,
  path: KeyPath,
  written: readonly (string | undefined)[],
  databases: readonly DatabaseDeclaration[],
): readonly string[] {
  const known = databases.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const members = new Set<string>();
  written.forEach((name, index) => {
    if (name === undefined) return;
    if (!known.includes(name)) source.report([...path, index], `There is no database ${name}.`, suggest(name, known));
    else if (members.has(name)) source.report([...path, index], `The database ${name} is a member already.`, 'Name each member once.');
    members.add(name);
  });
  return known.filter((name) => members.has(name));
}

/** Partitions only mean something where a group is divided by their key, and a group only where a member says what it holds. */
function reportPartitions(source: YamlSource, groups: readonly GroupDeclaration[], databases: readonly DatabaseDeclaration[]): void {
  for (const { path, partitions, name } of databases) {
    const ownGroups = groups.filter(({ group }) => name !== undefined && group.members.includes(name));
    const keys = ownGroups.flatMap(({ group }) => group.partitionBy ?? []);
    for (const key of Object.keys(partitions)) {
      if (keys.includes(key)) continue;
      const message = `No group of this database is partitioned by ${key}.`;
      const action = keys.length === 0 ? `Add partition_by: ${key} to its group, or take this key out.` : suggest(key, keys);
      source.reportKey([...path, 'partitions', key], message, action);
    }
  }
  for (const { path, group } of groups) {
    const { partitionBy } = group;
    const holders = databases.filter(({ name }) => name !== undefined && group.members.includes(name));
    if (partitionBy === undefined || holders.length === 0) continue;
    if (holders.some(({ partitions }) => Object.hasOwn(partitions, partitionBy))) continue;
    const action = `Add partitions: {${partitionBy}: [values]} to the databases that hold a part only, or take partition_by out.`;
    source.report([...path, 'partition_by'], `No member says which ${partitionBy} it holds.`, action);
  }
}
