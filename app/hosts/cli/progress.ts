/** A run's progress on standard error: a living list on a terminal, one line an event elsewhere. */
import { Listr, type ListrDefaultRendererLogLevels, ListrLogger, ProcessOutput } from 'listr2';
import { assertNever } from '../../base/assert-never.ts';
import { evaluationInWords } from '../../model/evaluation-progress.ts';
import type { RunPlan } from '../../model/plan.ts';
import type { EndedAttempt, RunEvent, RunState, SourceOutcome, SourceState } from '../../model/run.ts';
import type { Failure } from '../../model/failure.ts';
import { msOfInstant } from '../../model/instant.ts';
import { isEvaluated } from '../../model/run-evaluation.ts';
import { isEnded, type OutcomeWithRows, sourceOf } from '../../model/run-reducer.ts';
import type { Terminal } from './terminal.ts';

/** Shows a run. `update` is called after every event with the state that it made. */
export interface Progress {
  update(event: RunEvent, state: RunState): void;
  /** Resolves when everything has been drawn. */
  finish(): Promise<void>;
}

/** The way of showing that fits the terminal. `asked`: the sources that have not ended yet. */
export function createProgress(terminal: Terminal, asked: RunPlan['sources']): Progress {
  return terminal.isInteractive ? livingList(asked) : plainLines(terminal);
}

/** An outcome in words. */
export function describeOutcome(outcome: SourceOutcome): string {
  switch (outcome.kind) {
    case 'completed':
      return outcome.note === undefined ? rowsOf(outcome) : `${rowsOf(outcome)}: ${outcome.note}`;
    case 'partial':
      return `partial, ${rowsOf(outcome)}: ${failureText(outcome.failure)}`;
    case 'budget':
      return `budget reached at ${outcome.rows.toLocaleString('en')} rows: ${failureText(outcome.failure)}`;
    case 'failed':
    case 'timeout':
    case 'skipped':
      return `${outcome.kind}: ${failureText(outcome.failure)}`;
    case 'cancelled':
      return `cancelled (${outcome.confirmed ? 'confirmed' : 'server not confirmed'}): ${outcome.note}`;
    default:
      return assertNever(outcome);
  }
}

/** Why an attempt failed that is followed by another one, and when that begins. */
function describeRetry({ attempt, endpoint, failure, outcome, at, retryAt = at }: EndedAttempt): string {
  const why = failure === undefined ? outcome : `${failure.message} (${failure.vendorCode ?? failure.code})`;
  const waitMs = msOfInstant(retryAt) - msOfInstant(at);
  const next = waitMs > 0 ? `tried again in ${String(Math.ceil(waitMs / 1000))} s` : 'a standby is asked';
  return `attempt ${String(attempt)} at ${endpoint}: ${why} ${next}`;
}

/** Where it waits to try again, the attempt has not been made yet. */
function describeState({ status, attempt }: Extract<RunEvent, { kind: 'source-state' }>): string {
  if (status === 'retrying') return `waits for attempt ${String(attempt)}`;
  return attempt > 1 ? `${status}, attempt ${String(attempt)}` : status;
}

function failureText({ message, action, vendorCode, code }: Failure): string {
  return `${message} ${action} (${vendorCode ?? code})`;
}

function rowsOf({ rows, nullIds, nullTimes }: OutcomeWithRows): string {
  return `${rows.toLocaleString('en')} rows${droppedNote(nullIds, nullTimes)}`;
}

function droppedNote(nullIds: number, nullTimes: number): string {
  const parts = [
    ...(nullIds > 0 ? [`${String(nullIds)} without an id`] : []),
    ...(nullTimes > 0 ? [`${String(nullTimes)} without a time`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')} left out)`;
}

function plainLines(terminal: Terminal): Progress {
  let step: number | undefined;
  return {
    update: (event) => {
      if (event.kind === 'source-state') terminal.err(`${event.source}: ${describeState(event)}\n`);
      if (event.kind === 'attempt-ended' && event.retryAt !== undefined) terminal.err(`${event.source}: ${describeRetry(event)}\n`);
      if (event.kind === 'source-ended') terminal.err(`${event.source}: ${describeOutcome(event.outcome)}\n`);
      if (event.kind === 'warned') terminal.err(`Warning: ${event.message}\n`);
      if (event.kind === 'evaluating' && event.progress.step !== step) {
        step = event.progress.step;
        terminal.err(`${evaluationInWords({ ...event.progress, percent: undefined })}\n`);
      }
      if (event.kind === 'merged') step = undefined;
      if (event.kind === 'cancel-requested') terminal.err('cancelling…\n');
    },
    finish: () => Promise.resolve(),
  };
}

function livingList(asked: RunPlan['sources']): Progress {
  const tasks = new Map(asked.map((source) => [source.id, Promise.withResolvers<SourceState>()]));
  const titles = new Map<string, { title: string }>();
  const evaluated = Promise.withResolvers<RunState>();
  let rule: { title: string } | undefined;
  const list = new Listr(
    [
      ...asked.map((source) => ({
        title: source.id,
        task: async (_: unknown, task: { title: string }): Promise<void> => {
          titles.set(source.id, task);
          const ended = await tasks.get(source.id)?.promise;
          if (ended?.outcome === undefined) return;
          task.title = `${source.id}  ${describeOutcome(ended.outcome)}`;
          if (ended.outcome.kind !== 'completed') throw new Error(task.title);
        },
      })),
      {
        title: 'rule',
        task: async (_: unknown, task: { title: string }): Promise<void> => {
          rule = task;
          task.title = isEvaluated(await evaluated.promise) ? 'rule  evaluated' : 'rule  not evaluated to its end';
          if (task.title !== 'rule  evaluated') throw new Error(task.title);
        },
      },
    ],
    {
      concurrent: true,
      exitOnError: false,
      rendererOptions: {
        collapseErrors: false,
        showErrorMessage: false,
        logger: new ListrLogger<ListrDefaultRendererLogLevels>({ processOutput: new ProcessOutput(process.stderr, process.stderr) }),
      },
    },
  );
  const drawn = list.run();
  return {
    update: (event, state) => {
      if (event.kind === 'evaluating' && rule !== undefined) rule.title = `rule  ${evaluationInWords(event.progress)}`;
      if (event.kind === 'run-ended') evaluated.resolve(state);
      if (event.kind !== 'source-progress' && event.kind !== 'source-state' && event.kind !== 'source-ended') return;
      const source = sourceOf(state, event.source);
      const task = titles.get(event.source);
      if (task !== undefined && !isEnded(source))
        task.title = `${event.source}  ${source.status}  ${source.rows.toLocaleString('en')} rows`;
      if (isEnded(source)) tasks.get(event.source)?.resolve(source);
    },
    finish: async () => {
      await drawn;
    },
  };
}
