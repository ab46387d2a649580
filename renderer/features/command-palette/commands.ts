/** The commands of the palette: what can be done now, in one list. */
import { canEvaluate } from '../../../app/model/run-evaluation.ts';
import type { Actions } from '../../actions/actions.ts';
import { readinessOf } from '../../model/readiness.ts';
import type { AppState } from '../../store/app-store.ts';
import { isCancelling, isLive } from '../../store/run-slice.ts';
import type { Texts } from '../../texts/texts.ts';
import { canComplete, verdictOf } from '../../model/verdict.ts';

/** One command. */
export interface Command {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly keys?: string;
  readonly run: () => void;
}

/** The commands that make sense in this state; those that would do nothing are left out. */
export function commandsOf(state: AppState, actions: Actions, texts: Texts): readonly Command[] {
  return [...analysisCommands(state, actions, texts), ...reportCommands(state, actions, texts), ...windowCommands(state, actions, texts)];
}

function analysisCommands(state: AppState, actions: Actions, { run, plan, shell, status, verdict }: Texts): readonly Command[] {
  const group = shell.palette.analysis;
  const live = state.run.state;
  const commands: Command[] = [];
  if (readinessOf(state).kind === 'ready')
    commands.push({ id: 'start', group, label: run.start, keys: 'Ctrl+Enter', run: () => void actions.startRun() });
  commands.push({ id: 'plan', group, label: plan.title, run: () => actions.showSidePanel('plan') });
  if (isLive(live) && !isCancelling(state.run)) {
    commands.push({ id: 'cancel', group, label: run.cancel, keys: 'Ctrl+.', run: () => void actions.cancelRun() });
    for (const { name } of live.plan.databases) {
      commands.push({ id: `cancel ${name}`, group, label: status.cancelDatabase(name), run: () => void actions.cancelDatabase(name) });
    }
  }
  if (live !== null && canEvaluate(live))
    commands.push({ id: 'evaluate', group, label: verdict.evaluate, run: () => void actions.evaluateRun() });
  if (canComplete(verdictOf(live)))
    commands.push({ id: 'complete', group, label: verdict.complete, run: () => void actions.completeRun() });
  return commands;
}

function reportCommands(state: AppState, actions: Actions, { results, shell }: Texts): readonly Command[] {
  const group = shell.palette.leave;
  if (state.run.state === null) return [];
  const exports: readonly Command[] =
    state.run.state.merge === undefined
      ? []
      : (['xlsx', 'csv', 'json'] as const).map((format) => ({
          id: `export ${format}`,
          group,
          label: `${results.export}: ${results.tabs.confirmed}, ${results.exportFormats[format]}`,
          run: () => void actions.exportTable({ kind: 'confirmed' }, format),
        }));
  return [
    ...exports,
    { id: 'mail', group, label: results.mail, run: () => actions.showSidePanel('mail') },
    { id: 'note', group, label: results.note, run: () => void actions.copyNote() },
  ];
}

function windowCommands(state: AppState, actions: Actions, { shell, results, history, near }: Texts): readonly Command[] {
  const { palette, pages } = shell;
  const tabs =
    state.run.state === null
      ? []
      : (['confirmed', 'undetermined', 'near', 'statistics'] as const).map((tab) => ({
          id: `tab ${tab}`,
          group: palette.go,
          label: tab === 'near' ? near.tab : results.tabs[tab],
          run: () => actions.showTab(tab),
        }));
  return [
    ...tabs,
    ...(['run', 'history', 'schedules', 'rules', 'status', 'log', 'configuration'] as const).map((page) => ({
      id: `page ${page}`,
      group: palette.go,
      label: pages[page],
      run: () => actions.showPage(page),
    })),
    ...(['runs', 'executions', 'statistics', 'findings', 'audit'] as const).map((tab) => ({
      id: `history ${tab}`,
      group: palette.go,
      label: `${pages.history}: ${history.tabs[tab]}`,
      run: () => actions.showHistoryTab(tab),
    })),
    { id: 'log drawer', group: palette.window, label: palette.toggleLog, run: () => actions.toggleLog() },
    { id: 'reload', group: palette.window, label: palette.reload, run: () => void actions.reloadConfiguration() },
  ];
}
