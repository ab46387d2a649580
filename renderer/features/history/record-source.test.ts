import { describe, expect, it } from 'vitest';
import { CamError, failure } from '../../../app/model/failure.ts';
import { type RecordPage, RecordSource } from './record-source.ts';

interface Question {
  readonly offset: number;
  readonly answer: (page: RecordPage<number>) => Promise<void>;
  readonly refuse: () => Promise<void>;
}

/** A source whose answers the test gives. */
function sourceOf(): {
  readonly source: RecordSource<number>;
  readonly asked: Question[];
  readonly fetch: (offset: number) => Promise<RecordPage<number>>;
} {
  const asked: Question[] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  const fetch = (offset: number): Promise<RecordPage<number>> =>
    new Promise((resolve, reject) => {
      asked.push({
        offset,
        answer: (page) => {
          resolve(page);
          return settled();
        },
        refuse: () => {
          reject(new CamError(failure('history.unavailable')));
          return settled();
        },
      });
    });
  return { source: new RecordSource(fetch, 'a'), asked, fetch };
}

const pageFrom = (first: number, total: number): RecordPage<number> => ({
  records: Array.from({ length: Math.min(100, total - first) }, (_, index) => first + index),
  total,
});

describe('RecordSource', () => {
  it('asks for the pages in view only, at most two at once', async () => {
    const { source, asked } = sourceOf();
    source.want(0, 20);
    await asked[0]!.answer(pageFrom(0, 1000));
    source.want(350, 620);
    expect(asked.map(({ offset }) => offset)).toEqual([0, 300, 400]);
    await asked[1]!.answer(pageFrom(300, 1000));
    expect(asked.map(({ offset }) => offset)).toEqual([0, 300, 400, 500]);
    expect([source.record(0), source.record(399), source.record(450)]).toEqual([0, 399, undefined]);
  });

  it('keeps what is shown until the new answer is here, and drops answers to older questions', async () => {
    const { source, asked, fetch } = sourceOf();
    source.want(0, 20);
    await asked[0]!.answer(pageFrom(0, 3));
    source.ask(fetch, 'b');
    source.ask(fetch, 'c');
    expect(source.snapshot()).toMatchObject({ total: 3, isStale: true });
    expect(source.record(2)).toBe(2);
    await asked[1]!.answer(pageFrom(0, 77));
    expect(source.snapshot().total).toBe(3);
    await asked[2]!.answer({ records: [9], total: 1 });
    expect(source.snapshot()).toEqual({ total: 1, isStale: false, failure: null });
    expect([source.record(0), source.record(2)]).toEqual([9, undefined]);
  });

  it('does not ask again after a failure until it is told to', async () => {
    const { source, asked } = sourceOf();
    source.want(0, 20);
    await asked[0]!.refuse();
    source.want(0, 30);
    expect(asked).toHaveLength(1);
    expect(source.snapshot().failure?.code).toBe('history.unavailable');
    source.refresh();
    await asked[1]!.answer(pageFrom(0, 2));
    expect(source.snapshot()).toEqual({ total: 2, isStale: false, failure: null });
  });
});
