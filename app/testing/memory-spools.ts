/** Spools in memory, for tests on the fake clock: files take real time, of which that knows nothing. */
import type { Column } from '../model/column.ts';
import type { CommittedSpool, SpoolFactory, SpoolWriter } from '../spool/spool.ts';

/** The spools of one test. */
export class MemorySpools implements SpoolFactory {
  /** The values of the first column of each spool that was committed, in order. */
  readonly committed: (readonly unknown[])[] = [];
  /** How many are neither committed nor discarded. */
  begun = 0;

  create(_directory: string, columns: readonly Column[]): Promise<SpoolWriter> {
    this.begun += 1;
    const values: unknown[] = [];
    let isOver = false;
    const end = (): void => {
      if (!isOver) this.begun -= 1;
      isOver = true;
    };
    const commit = (): CommittedSpool => {
      end();
      this.committed.push(values);
      return { files: ['in memory'], columns, rows: values.length, bytes: 0 };
    };
    return Promise.resolve({
      get rows() {
        return values.length;
      },
      bytes: 0,
      append: (batch) => {
        values.push(...(batch.columns[0] ?? []));
        return Promise.resolve();
      },
      commit: () => Promise.resolve(commit()),
      discard: () => {
        end();
        return Promise.resolve();
      },
    });
  }
}
