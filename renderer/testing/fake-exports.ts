/** Exports for a window without a core: over at once, or held until a test moves them. */
import type { CheckedInput } from '../../app/contract/methods.ts';
import { CamError, failure } from '../../app/model/failure.ts';
import type { ExportedFile, ExportProgress } from '../../app/model/report.ts';

/** The exports. */
export class FakeExports {
  /** True: an export waits for `finish` or a cancel. */
  isHeld = false;
  readonly #tell: (progress: ExportProgress) => void;
  readonly #held = new Map<string, { readonly finish: () => void; readonly cancel: () => void }>();

  constructor(tell: (progress: ExportProgress) => void) {
    this.#tell = tell;
  }

  write({ runId, format, exportId = '' }: CheckedInput<'report.export'>, rows: number): ExportedFile | Promise<ExportedFile> {
    const path = `/home/analyst/reports/client-activity_2026-11-20_14-00_${runId}.${format}`;
    const file =
      format === 'csv' ? { path, metadataPath: `${path}.metadata.json`, rows, bytes: rows * 212 } : { path, rows, bytes: rows * 180 };
    if (!this.isHeld) return file;
    return new Promise((resolve, reject) => {
      const cancel = (): void => reject(new CamError(failure('export.cancelled')));
      this.#held.set(exportId, { finish: () => resolve(file), cancel });
    });
  }

  cancel(exportId: string): null {
    this.#held.get(exportId)?.cancel();
    return null;
  }

  /** Tells of rows of the only export that is held. */
  progress(rows: number, of: number): void {
    for (const exportId of this.#held.keys()) this.#tell({ exportId, rows, of });
  }
}
