import { describe, expect, it } from 'vitest';
import { CamError, failure } from '../../../app/model/failure.ts';
import type { Page } from '../../../app/model/table.ts';
import { type PageQuery, pageRows, PageSource } from './page-source.ts';

const columns = [{ name: 'user_id', kind: 'text' as const }];

/** A table of numbered rows whose answers come when the test says so. */
function controlledTable(rows: number) {
  const asked: { query: PageQuery; answer: (prefix?: string) => void; refuse: () => void }[] = [];
  const fetch = (query: PageQuery): Promise<Page> =>
    new Promise((resolve, reject) => {
      const count = Math.max(0, Math.min(query.limit, rows - query.offset));
      asked.push({
        query,
        answer: (prefix = '') => {
          const cells = Array.from({ length: count }, (_, index) => [`${prefix}${String(query.offset + index)}`]);
          resolve({ columns, rows: cells, offset: query.offset, matching: rows, total: rows });
        },
        refuse: () => reject(new CamError(failure('engine.crashed'))),
      });
    });
  return { asked, fetch };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const plain = { sort: null, filters: [] };
const sorted = { sort: { column: 'user_id', descending: true }, filters: [] };

async function loaded(rows = 1_000) {
  const { asked, fetch } = controlledTable(rows);
  const source = new PageSource(fetch, plain);
  source.want(0, 30);
  asked[0]?.answer();
  await settled();
  return { asked, source };
}

describe('PageSource', () => {
  it('asks once for a page, however often it is wanted', async () => {
    const { asked, fetch } = controlledTable(1_000);
    const source = new PageSource(fetch, plain);
    source.want(0, 30);
    source.want(0, 31);
    source.want(5, 40);
    expect(asked.map(({ query }) => query.offset)).toEqual([0]);
    asked[0]?.answer();
    await settled();
    source.want(0, 30);
    expect(asked.length).toBe(1);
    expect([source.row(0), source.row(199), source.row(200)]).toEqual([['0'], ['199'], undefined]);
  });

  it('has two requests on their way at most, and asks for what is in view now, not for what was scrolled over', async () => {
    const { asked, source } = await loaded(1_000_000);
    for (let first = 10_000; first < 500_000; first += 10_000) source.want(first, first + 30);
    expect(asked.length).toBe(3);
    asked[1]?.answer();
    asked[2]?.answer();
    await settled();
    expect(asked.length).toBe(4);
    expect(asked[3]?.query.offset).toBe(490_000);
  });

  it('drops the answer to an older order, and never shows old rows beside new ones', async () => {
    const { asked, source } = await loaded();
    source.want(190, 220);
    source.setOrder(sorted);
    expect(source.snapshot().isStale).toBe(true);
    expect(source.row(0)).toEqual(['0']);
    asked[1]?.answer('old ');
    await settled();
    expect(source.row(210)).toBeUndefined();
    asked[2]?.answer('new ');
    await settled();
    expect([source.row(0), source.row(210), source.snapshot().isStale]).toEqual([['new 0'], undefined, false]);
    asked[3]?.answer('new ');
    await settled();
    expect(source.row(210)).toEqual(['new 210']);
    expect(asked[2]?.query.sort).toEqual(sorted.sort);
  });

  it('does not ask again for the order it has', async () => {
    const { asked, source } = await loaded();
    source.setOrder({ sort: null, filters: [] });
    source.setRevision('');
    expect(asked.length).toBe(1);
    source.setRevision('2');
    expect(asked.length).toBe(2);
  });

  it('tells a failure, stops asking, and goes on when it is asked to', async () => {
    const { asked, source } = await loaded();
    source.want(400, 430);
    asked[1]?.refuse();
    await settled();
    expect(source.snapshot().failure).toMatchObject({ code: 'engine.crashed' });
    source.want(600, 630);
    expect(asked.length).toBe(2);
    source.refresh();
    asked[2]?.answer();
    await settled();
    expect([source.snapshot().failure, source.row(600)]).toEqual([null, ['600']]);
  });

  it('does not ask beyond the end of the table', async () => {
    const { asked, source } = await loaded(150);
    source.want(0, 5_000);
    expect(asked.length).toBe(1);
  });

  it('forgets pages that have long been out of view', async () => {
    const { asked, source } = await loaded(1_000_000);
    for (let page = 1; page <= 60; page += 1) {
      source.want(page * pageRows, page * pageRows + 10);
      asked[page]?.answer();
      await settled();
    }
    expect([source.row(0), source.row(60 * pageRows)]).toEqual([undefined, [String(60 * pageRows)]]);
  });

  it('fetches rows to be copied across pages, those that are here and those that are not', async () => {
    const { asked, source } = await loaded();
    const rows = source.rows(198, 401);
    await settled();
    asked[1]?.answer();
    await settled();
    asked[2]?.answer();
    const cells = (await rows).map((row) => Number(row[0]));
    expect([cells[0], cells.at(-1), cells.length]).toEqual([198, 401, 204]);
  });

  it('gives no rows to be copied when the order changes between two pages, rather than half in one order and half in another', async () => {
    const { asked, source } = await loaded();
    const rows = source.rows(198, 401);
    const refused = expect(rows).rejects.toMatchObject({ failure: { code: 'request.invalid', action: 'Select the rows again.' } });
    asked[1]?.answer();
    source.setOrder(sorted);
    await settled();
    for (const question of asked) question.answer('other ');
    await settled();
    await refused;
  });

  it('copies no row of the order before while the table is being put into another', async () => {
    const { asked, source } = await loaded();
    source.setOrder(sorted);
    const rows = source.rows(0, 1);
    for (const question of asked) question.answer('new ');
    expect(await rows).toEqual([['new 0'], ['new 1']]);
  });

  it('says nothing any more once it is closed', async () => {
    const { asked, source } = await loaded();
    let told = 0;
    source.subscribe(() => (told += 1));
    source.want(200, 230);
    source.close();
    asked[1]?.answer();
    await settled();
    expect([told, source.row(200)]).toEqual([0, undefined]);
    source.open();
    source.want(200, 230);
    asked[2]?.answer();
    await settled();
    expect(source.row(200)).toEqual(['200']);
  });
});
