import type { NearMisses } from '../../app/model/near-misses.ts';
import type { MailDraft } from '../../app/contract/methods.ts';
import { toFailure } from '../../app/model/failure.ts';
import type { ExportFormat } from '../../app/model/report.ts';
import type { Page, ReportStatistics, ShownPageRequest, ShownTable } from '../../app/model/table.ts';
import { tableKeyOf, tableViewOf } from '../model/table-key.ts';
import type { AppState } from '../store/app-store.ts';
import type { Notice } from './notice.ts';
import { runningExports } from './running-exports.ts';
import type { ActionPorts } from './ports.ts';

/** What an analyst leaves with. Those that return nothing tell how they ended by a notice. */
export interface ReportActions {
  /** @throws CamError */
  readonly page: (runId: string, request: ShownPageRequest) => Promise<Page>;
  /** @throws CamError */
  readonly nearMisses: (runId: string, atLeast: number, windowHours: number) => Promise<NearMisses>;
  /** @throws CamError */
  readonly statistics: (runId: string) => Promise<ReportStatistics>;
  /** @throws CamError */
  readonly mailDraft: (runId: string) => Promise<MailDraft>;
  /** Writes a table of the run that is looked at, in the order and with the filters that are shown. */
  readonly exportTable: (table: ShownTable, format: ExportFormat) => Promise<void>;
  readonly cancelExport: (exportId: string) => Promise<void>;
  /** Writes everything about the run that is looked at into one signed file. */
  readonly writeBundle: () => Promise<void>;
  readonly copyNote: () => Promise<void>;
  readonly openMail: (draft: MailDraft) => Promise<void>;
  readonly showExport: (path: string) => Promise<void>;
  /** Copies and says so. */
  readonly copy: (text: string, notice: Extract<Notice, { kind: 'copied' }>) => Promise<void>;
  readonly notify: (notice: Notice) => void;
}

/** Makes the report actions. */
export function createReportActions({ client, store, copyText, notify, openUrl }: ActionPorts): ReportActions {
  const running = runningExports(store);
  const telling = async (work: () => Promise<Notice | null>): Promise<void> => {
    try {
      const notice = await work();
      if (notice !== null) notify(notice);
    } catch (error) {
      notify({ kind: 'failed', failure: toFailure(error) });
    }
  };
  const withRun = (work: (runId: string, state: AppState) => Promise<Notice | null>): Promise<void> =>
    telling(async () => {
      const state = store.getState();
      return state.run.state === null ? null : work(state.run.state.plan.runId, state);
    });
  return {
    page: (runId, request) => client.call('result.page', { runId, request: { ...request, filters: [...request.filters] } }),
    nearMisses: (runId, atLeast, windowHours) => client.call('result.nearMisses', { runId, atLeast, windowHours }),
    statistics: (runId) => client.call('result.statistics', { runId }),
    mailDraft: (runId) => client.call('report.mailDraft', { runId }),
    exportTable: (table, format) =>
      withRun(async (runId, state) => {
        const { sort, filters } = tableViewOf(state.view, tableKeyOf(table));
        const input = { runId, table, format, filters: [...filters] };
        const file = await running.during((exportId) =>
          client.call('report.export', { ...input, ...(sort === null ? {} : { sort }), exportId }),
        );
        return file === null ? { kind: 'export-cancelled' } : { kind: 'exported', file };
      }),
    writeBundle: () =>
      withRun(async (runId) => {
        const file = await running.during((exportId) => client.call('report.bundle', { runId, exportId }));
        return file === null ? { kind: 'export-cancelled' } : { kind: 'exported', file };
      }),
    cancelExport: (exportId) =>
      telling(async () => {
        running.cancelling(exportId);
        await client.call('report.cancelExport', { exportId });
        return null;
      }),
    copyNote: () =>
      withRun(async (runId) => {
        const { text } = await client.call('report.note', { runId });
        await copyText(text);
        return { kind: 'copied', what: 'note' };
      }),
    openMail: (draft) =>
      withRun(async (runId, state) => {
        if (state.session.info?.can.openPaths === true) await client.call('desktop.openMail', { runId });
        else openUrl(draft.url);
        return null;
      }),
    showExport: (path) =>
      telling(async () => {
        await client.call('desktop.showExport', { path });
        return null;
      }),
    copy: (text, notice) =>
      telling(async () => {
        await copyText(text);
        return notice;
      }),
    notify,
  };
}
