import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigurationFiles, createConfigurationFiles } from '../testing/configuration-files.ts';

let files: ConfigurationFiles;

beforeAll(async () => {
  files = await createConfigurationFiles();
  await files.sql('q.sql', 'SELECT 1 AS user_id');
});

afterAll(() => files.remove());

const database = (name: string, more = '') => `  - {name: ${name}, driver: duckdb, path: ":memory:"${more}}`;
const own = ', sql_queries: [{name: Get token changes, query_location: q.sql}]';
const emails = '[{name: Get all email changes, query_location: q.sql}]';

function yaml(databases: readonly string[], groups: readonly string[]) {
  return ['databases:', ...databases, 'groups:', ...groups.map((line) => `  ${line}`)].join('\n');
}

describe('a group', () => {
  it('gives its queries to every member, with what the member says about its queries', async () => {
    const { databases, groups } = await files.loaded(
      yaml(
        [database('eu', `, timeout_ms: 5${own}`), database('us'), database('alone', own)],
        ['payments:', '  members: [us, eu]', `  sql_queries: ${emails}`],
      ),
    );
    expect(groups).toEqual([{ name: 'payments', members: ['eu', 'us'], queries: ['Get all email changes'] }]);
    expect(databases.map(({ name, queries }) => [name, queries.map((query) => [query.name, query.group, query.timeoutMs])])).toEqual([
      [
        'eu',
        [
          ['Get token changes', undefined, 5],
          ['Get all email changes', 'payments', 5],
        ],
      ],
      ['us', [['Get all email changes', 'payments', 300_000]]],
      ['alone', [['Get token changes', undefined, 300_000]]],
    ]);
  });

  it('may be divided by what its members hold; a member that says nothing may hold anything', async () => {
    const { databases, groups } = await files.loaded(
      yaml(
        [database('a', ', partitions: {region: [eu, us]}'), database('b', ', partitions: {region: [apac]}'), database('c')],
        [`payments: {members: [a, b, c], partition_by: region, sql_queries: ${emails}}`],
      ),
    );
    expect(groups[0]!.partitionBy).toBe('region');
    expect(databases.map(({ partitions }) => partitions)).toEqual([{ region: ['eu', 'us'] }, { region: ['apac'] }, {}]);
  });

  it('need not be there, and a database may be in several', async () => {
    expect((await files.loaded(`databases:\n${database('a', own)}\ngroups:\n`)).groups).toEqual([]);
    const two = yaml(
      [database('a')],
      [`one: {members: [a], sql_queries: ${emails}}`, `two: {members: [a], sql_queries: ${emails.replace('email', 'phone')}}`],
    );
    expect((await files.loaded(two)).databases[0]!.queries.map(({ group }) => group)).toEqual(['one', 'two']);
  });
});

describe('a mistake in a group', () => {
  const members = [database('eu', own), database('us', own)];
  it.each<[string, string[], string[]]>([
    [
      'an unknown member',
      [`payments: {members: [eu, uss], sql_queries: ${emails}}`],
      ['5:28 groups.payments.members[1]: There is no database uss. Did you mean us?'],
    ],
    [
      'a member in another case',
      [`payments: {members: [EU], sql_queries: ${emails}}`],
      ['5:24 groups.payments.members[0]: There is no database EU. Did you mean eu?'],
    ],
    [
      'a member twice',
      [`payments: {members: [eu, us, eu], sql_queries: ${emails}}`],
      ['5:32 groups.payments.members[2]: The database eu is a member already. Name each member once.'],
    ],
    [
      'no members',
      [`payments: {members: [], sql_queries: ${emails}}`],
      ['5:23 groups.payments.members: members is empty. Write at least one entry: Names of the databases.'],
    ],
    [
      'no key members',
      [`payments: {member: [eu], sql_queries: ${emails}}`],
      [
        '5:13 groups.payments.members: members is missing. Add members: Names of the databases (a list (lines that begin with -)).',
        '5:14 groups.payments.member: The key member is not known here. Did you mean members?',
      ],
    ],
    [
      'no queries',
      ['payments: {members: [eu]}'],
      ['5:13 groups.payments.sql_queries: sql_queries is missing. Add sql_queries: a list (lines that begin with -).'],
    ],
    [
      'a list instead of members',
      ['payments: [eu, us]'],
      ['5:13 groups.payments: payments is a list where a section of keys is wanted. Write a section of keys.'],
    ],
    [
      'a name that is none',
      [`"pay ments": {members: [eu], sql_queries: ${emails}}`],
      ['5:16 groups.pay ments: pay ments is not understood. Write a plain name such as payments.'],
    ],
    [
      'a partition key that no member knows',
      [`payments: {members: [eu, us], partition_by: region, sql_queries: ${emails}}`],
      [
        '5:47 groups.payments.partition_by: No member says which region it holds. Add partitions: {region: [values]} to the databases that hold a part only, or take partition_by out.',
      ],
    ],
    [
      'a query that a member has of its own',
      ['payments: {members: [eu, us], sql_queries: [{name: get token changes, query_location: q.sql}]}'],
      [
        '5:54 groups.payments.sql_queries[0].name: The database eu has a query of this name already, on line 2. Give it another name, or take one of the two out.',
      ],
    ],
    [
      'a query twice',
      [`payments: {members: [eu], sql_queries: [${emails.slice(1, -1)}, ${emails.slice(1, -1)}]}`],
      [
        '5:104 groups.payments.sql_queries[1].name: Another query of this group on line 5 has this name. Give each query of this group a name of its own; case does not matter.',
      ],
    ],
    [
      'a query of another group too',
      [`payments: {members: [eu], sql_queries: ${emails}}`, `cards: {members: [us, eu], sql_queries: ${emails}}`],
      [
        '6:51 groups.cards.sql_queries[0].name: The database eu has a query of this name already, on line 5. Give it another name, or take one of the two out.',
      ],
    ],
    [
      'a SQL file that is not there',
      ['payments: {members: [eu, us], sql_queries: [{name: Get all email changes, query_location: nope.sql}]}'],
      ['There is no SQL file'],
    ],
  ])('is told once, with its place: %s', async (_what, groups, expected) => {
    const found = await files.problems(yaml(members, groups));
    expect(found).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(found[index]).toContain(text));
  });

  it('or in what a member holds is told too', async () => {
    const found = await files.problems(
      yaml(
        [
          database('eu', `, partitions: {regoin: [eu], region: []}${own}`),
          database('us', `, partitions: {region: [us, us], "": [x], year: [2024]}${own}`),
          database('no', `, partitions: {region: [no]}${own}`),
        ],
        [`payments: {members: [eu, us], partition_by: region, sql_queries: ${emails}}`],
      ),
    );
    expect(found).toEqual([
      '2:63 databases[0].partitions.regoin: No group of this database is partitioned by regoin. Did you mean region?',
      '2:85 databases[0].partitions.region: region is empty. Write at least one entry.',
      '3:76 databases[1].partitions.region[1]: The value us stands here twice. Keep one of the two.',
      '3:85 databases[1].partitions.:  is not understood. Write a plain name such as region.',
      '3:90 databases[1].partitions.year: No group of this database is partitioned by year. Write one of: region.',
      "3:97 databases[1].partitions.year[0]: year[0] is 2024 where a text is wanted. Put it in quotes: '2024'.",
      '4:63 databases[2].partitions.region: No group of this database is partitioned by region. Add partition_by: region to its group, or take this key out.',
    ]);
  });

  it('is a database without queries that is in no group', async () => {
    expect(
      await files.problems(
        yaml([database('eu', own), database('us'), database('no', ', sql_queries: ')], [`p: {members: [eu], sql_queries: ${emails}}`]),
      ),
    ).toEqual([
      '3:5 databases[1].sql_queries: sql_queries is missing, and no group has this database. Add sql_queries: a list of queries (lines that begin with -), or name the database in a group.',
      '4:63 databases[2].sql_queries: sql_queries is missing, and no group has this database. Add sql_queries: a list of queries (lines that begin with -), or name the database in a group.',
    ]);
  });
});
