/** The exports that are being written, as the store shows them. */
import { CamError } from '../../app/model/failure.ts';
import type { ExportProgress } from '../../app/model/report.ts';
import { type AppStore, patch } from '../store/app-store.ts';
import type { RunningExport } from '../store/view-slice.ts';

/** What happens to exports. */
export interface RunningExports {
  /** Shows an export while the work goes on; `null` when it was cancelled. @throws whatever else the work throws */
  during<T>(work: (exportId: string) => Promise<T>): Promise<T | null>;
  cancelling(exportId: string): void;
}

/** The running exports of a window. */
export function runningExports(store: AppStore): RunningExports {
  return {
    during: async (work) => {
      const exportId = crypto.randomUUID();
      patch(store, 'view', { exports: [...store.getState().view.exports, { exportId, progress: null, isCancelling: false }] });
      try {
        return await work(exportId);
      } catch (error) {
        if (error instanceof CamError && error.failure.code === 'export.cancelled') return null;
        throw error;
      } finally {
        patch(store, 'view', { exports: store.getState().view.exports.filter((each) => each.exportId !== exportId) });
      }
    },
    cancelling: (exportId) => change(store, exportId, { isCancelling: true }),
  };
}

/** Takes in how far an export is; one of another window is not shown here. */
export function acceptProgress(store: AppStore, { exportId, rows, of }: ExportProgress): void {
  change(store, exportId, { progress: { rows, of } });
}

function change(store: AppStore, exportId: string, part: Partial<RunningExport>): void {
  const { exports } = store.getState().view;
  patch(store, 'view', { exports: exports.map((each) => (each.exportId === exportId ? { ...each, ...part } : each)) });
}
