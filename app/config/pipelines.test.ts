import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigurationFiles, createConfigurationFiles } from '../testing/configuration-files.ts';

let files: ConfigurationFiles;

beforeAll(async () => {
  files = await createConfigurationFiles();
  await files.sql('ids.sql', 'SELECT user_id FROM t');
  await files.sql('list.sql', 'SELECT * FROM t WHERE id IN (:ids)');
  await files.sql('two.sql', 'SELECT * FROM t\nWHERE id /* of all */ in ( :IDS )\n  AND a IN (:others) AND region = :region');
});

afterAll(() => files.remove());

/** A database with queries, each told by its name and its keys. */
function database(name: string, queries: Readonly<Record<string, string>>) {
  const lines = Object.entries(queries).map(([query, keys]) => `      - {name: ${query}, change_type: none, ${keys}}`);
  return [`  - name: ${name}`, '    driver: duckdb', '    path: ":memory:"', ...(lines.length === 0 ? [] : ['    sql_queries:']), ...lines];
}

function yaml(...databases: readonly (readonly string[])[]) {
  return ['databases:', ...databases.flat()].join('\n');
}

const ids = 'query_location: ids.sql';
const from = (query: string, more = '') => `query_location: list.sql, binds: {ids: {from: ${query}, column: user_id}}${more}`;

async function bindsOf(text: string, databaseName: string, query: string) {
  const { databases } = await files.loaded(text);
  return databases.find(({ name }) => name === databaseName)!.queries.find(({ name }) => name === query)!.bindsFrom;
}

describe('a bind from another query', () => {
  it('names its sources; values stand beside it', async () => {
    const text = yaml(
      database('one', {
        first: ids,
        second:
          'query_location: two.sql, binds: {Ids: {from: first, column: USER_ID}, others: {from: third, column: x, distinct: false}, region: eu}',
      }),
      database('two', { third: ids }),
    );
    const { databases } = await files.loaded(text);
    expect(databases[0]!.queries[1]).toMatchObject({
      bindNames: ['ids', 'others', 'region'],
      binds: { region: 'eu' },
      bindsFrom: {
        ids: { from: 'first', column: 'USER_ID', distinct: true, isFilter: true, sources: ['one/first'] },
        others: { from: 'third', column: 'x', distinct: false, isFilter: true, sources: ['two/third'] },
      },
    });
  });

  it('takes the values of every source of that name, or of the one that is named with its database', async () => {
    const text = yaml(database('one', { first: ids, all: from('first'), only: from('two/first') }), database('two', { first: ids }));
    expect((await bindsOf(text, 'one', 'all')).ids!.sources).toEqual(['one/first', 'two/first']);
    expect((await bindsOf(text, 'one', 'only')).ids!.sources).toEqual(['two/first']);
  });

  it('in a group takes the values of all members, which share one list; in the same session those of its own database', async () => {
    const text = (more: string) =>
      [
        yaml(database('one', {}), database('two', {})),
        'groups:',
        '  both:',
        '    members: [one, two]',
        '    sql_queries:',
        `      - {name: first, change_type: none, ${ids}}`,
        `      - {name: second, change_type: none, ${from('first', more)}}`,
      ].join('\n');
    const { databases } = await files.loaded(text(''));
    const [a, b] = databases.map(({ queries }) => queries[1]!.bindsFrom.ids!.sources);
    expect(a).toEqual(['one/first', 'two/first']);
    expect(b).toBe(a);
    const shared = await files.loaded(text(', same_session: true'));
    expect(shared.databases.map(({ queries }) => [queries[1]!.sameSession, queries[1]!.bindsFrom.ids!.sources])).toEqual([
      [true, ['one/first']],
      [true, ['two/first']],
    ]);
  });

  it('may name a query whose name holds a slash', async () => {
    const text = yaml(database('one', { 'a/b': ids, second: from('a/b'), third: from('one/a/b') }));
    expect((await bindsOf(text, 'one', 'second')).ids!.sources).toEqual(['one/a/b']);
    expect((await bindsOf(text, 'one', 'third')).ids!.sources).toEqual(['one/a/b']);
  });
});

describe('a mistake in it', () => {
  it.each<[string, string, string[]]>([
    [
      'an unknown query',
      yaml(database('one', { first: ids, second: from('frist') })),
      ['7:89 databases[0].sql_queries[1].binds.ids.from: There is no query frist. Did you mean first?'],
    ],
    [
      'an unknown database',
      yaml(database('one', { first: ids, second: from('ones/first') })),
      ['7:89 databases[0].sql_queries[1].binds.ids.from: There is no query ones/first. Did you mean one/first?'],
    ],
    [
      'a slip in its keys',
      yaml(database('one', { first: ids, second: 'query_location: list.sql, binds: {ids: {from: first, colum: user_id}}' })),
      [
        '7:82 databases[0].sql_queries[1].binds.ids.column: column is missing. Add column: Column of its result that holds them (a text).',
        '7:96 databases[0].sql_queries[1].binds.ids.colum: The key colum is not known here. Did you mean column?',
      ],
    ],
    [
      'a list of values',
      yaml(database('one', { second: 'query_location: list.sql, binds: {ids: [1, 2]}' })),
      [
        '6:82 databases[0].sql_queries[0].binds.ids: ids is not understood. Write a text, a number, true, false, null, or {from: a query, column: a column of its result}.',
      ],
    ],
    [
      'a bind that the statement does not use',
      yaml(database('one', { first: ids, second: 'query_location: list.sql, binds: {id: {from: first, column: x}, ids: 1}' })),
      ['7:77 databases[0].sql_queries[1].binds.id: The statement has no bind variable :id. Did you mean ids?'],
    ],
    [
      'the bind that the program gives',
      yaml(database('one', { first: ids, second: `${from('first').slice(0, -1)}, start_date: {from: first, column: x}}` })),
      ['7:114 databases[0].sql_queries[1].binds.start_date: The program gives :start_date its value itself. Take it out.'],
    ],
    [
      'a session of nobody',
      yaml(database('one', { first: `${ids}, same_session: true` })),
      [
        '6:81 databases[0].sql_queries[0].same_session: No bind of this query comes from another one, so there is no session to share. Take it out, or let a bind come from a query: {from: a query, column: a column}.',
      ],
    ],
    [
      'a session with another database',
      yaml(database('one', { second: from('first', ', same_session: true') }), database('two', { first: ids })),
      [
        '6:89 databases[0].sql_queries[0].binds.ids.from: The query first does not run on the database one, so there is no session to share. Take a query of the same database, or take same_session out.',
      ],
    ],
    [
      'itself',
      yaml(database('one', { first: from('first') })),
      [
        '6:88 databases[0].sql_queries[0].binds.ids.from: These queries wait for each other: first → first. Let one of them take its values from elsewhere.',
      ],
    ],
    [
      'two circles and what hangs on them',
      yaml(
        database('one', { a: from('b'), b: from('two/c'), free: ids, d: from('e'), e: from('d'), f: from('a'), g: from('free') }),
        database('two', { c: from('a') }),
      ),
      [
        '6:84 databases[0].sql_queries[0].binds.ids.from: These queries wait for each other: a → b → c → a. Let one of them take its values from elsewhere.',
        '9:84 databases[0].sql_queries[3].binds.ids.from: These queries wait for each other: d → e → d. Let one of them take its values from elsewhere.',
      ],
    ],
  ])('is told with its place: %s', async (_what, text, expected) => {
    expect(await files.problems(text)).toEqual(expected);
  });

  it('of a query it names is not told twice', async () => {
    const text = yaml(database('one', { first: 'query_location: nope.sql', second: from('first'), third: from('one/first') }));
    expect(await files.problems(text)).toHaveLength(1);
  });

  it.each([
    ['a comparison', 'SELECT * FROM t\n WHERE id = :ids', '2:13'],
    ['more in the brackets', "SELECT * FROM t WHERE id IN (:ids, 'x')", '1:30'],
    ['no brackets', 'SELECT * FROM t WHERE id IN :ids', '1:29'],
    ['a second use elsewhere', 'SELECT * FROM t WHERE id IN (:ids) OR id > :ids', '1:44'],
    ['an exclusion', 'SELECT * FROM t WHERE id NOT IN (:ids)', '1:34'],
    ['the first of all', 'SELECT :ids', '1:8'],
  ])('or in how the statement uses the list is told with its place in the SQL file: %s', async (_what, sql, place) => {
    await files.sql('bad.sql', sql);
    const text = yaml(database('one', { first: ids, second: from('first').replace('list.sql', 'bad.sql') }));
    const found = await files.problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^bad\\.sql:${place} databases\\[0\\]\\.sql_queries\\[1\\]\\.binds\\.ids: :ids is a list`));
  });

  it('that makes a circle is found in every graph, and nothing is found where there is none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 7 })), { maxLength: 12, selector: ([child]) => child }),
        async (edges) => {
          const parentOf = new Map(edges);
          const queries = Object.fromEntries(
            Array.from({ length: 8 }, (_, index) => {
              const parent = parentOf.get(index);
              return [`q${String(index)}`, parent === undefined ? ids : from(`q${String(parent)}`)];
            }),
          );
          const circles = new Set<string>();
          for (let start = 0; start < 8; start += 1) {
            const walked: number[] = [];
            for (let at: number | undefined = start; at !== undefined; at = parentOf.get(at)) {
              if (walked.includes(at)) {
                circles.add(walked.slice(walked.indexOf(at)).sort().join());
                break;
              }
              walked.push(at);
            }
          }
          const found = await files.problems(yaml(database('one', queries)));
          expect(found).toHaveLength(circles.size);
          for (const problem of found) expect(problem).toContain('wait for each other');
        },
      ),
      { numRuns: 60 },
    );
  });
});
