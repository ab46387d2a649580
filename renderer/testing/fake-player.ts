/** Plays a run in real time, as a core would report it. */
import { isEnded, sourceOf } from '../../app/model/run-reducer.ts';
import type { FakeRun } from './fake-run.ts';

/** How the run is played. */
export interface PlayInput {
  readonly nowMs: () => number;
  readonly rowsPerSource?: number;
  /** Progress events a second for each source. */
  readonly eventsPerSecond?: number;
}

const steps = 40;

/** Moves every source that has not answered to its end within some seconds, then merges and ends the run. */
export function playRun(run: FakeRun, { nowMs, rowsPerSource = 50_000, eventsPerSecond = 10 }: PlayInput): void {
  const ids = run.plan.sources.map((source) => source.id).filter((id) => !isEnded(sourceOf(run.state, id)));
  const isOver = (): boolean => run.state.status === 'ended';
  for (const [index, id] of ids.entries()) {
    let step = -1 - (index % 5);
    const timer = setInterval(() => {
      if (isOver() || isEnded(sourceOf(run.state, id))) {
        clearInterval(timer);
        return;
      }
      run.nowMs = nowMs();
      step += 1;
      if (step === 0) run.emit({ kind: 'source-state', source: id, status: 'connecting', attempt: 1 });
      else if (step === 4) run.running(id);
      else if (step > 4 && step < steps)
        run.progress(id, Math.round((rowsPerSource * step) / steps), Math.round((rowsPerSource * eventsPerSecond) / steps));
      else if (step === steps) run.complete(id, rowsPerSource);
      if (ids.every((each) => isEnded(sourceOf(run.state, each))) && !isOver()) {
        run.merge(7, 0);
        run.finish();
      }
    }, 1000 / eventsPerSecond);
  }
}
