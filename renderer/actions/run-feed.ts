/**
 * Keeps the run in the store abreast of the core: a snapshot first, then the events with a higher number, a frame's worth
 * at a time. After a gap or a break, a snapshot again.
 */
import type { CamClient } from '../../app/contract/methods.ts';
import { toFailure } from '../../app/model/failure.ts';
import type { NumberedRunEvent } from '../../app/model/run.ts';
import { type AppStore, patch } from '../store/app-store.ts';
import { isLive } from '../store/run-slice.ts';
import { applyEvents, type RunPosition } from './apply-events.ts';
import { createFrameJob, type FrameJob, type FramePorts } from './frame-scheduler.ts';

// The window changes ten times a second at most, which is as often as the core sends figures.
const changePauseMs = 100;
// So many events are reduced in one frame at most; a longer burst is spread over frames so that none is long.
const eventsPerFrame = 400;
// What waits for a snapshot is bounded: beyond this, another snapshot is cheaper than the events.
const waitingLimit = 20_000;

/** The feed's hands: what it reads from and writes to. */
export interface RunFeedPorts {
  readonly client: Pick<CamClient, 'call'>;
  readonly store: AppStore;
  readonly frames: FramePorts;
  /** Told when a run that is not looked at has started elsewhere and nothing is going on here. */
  readonly onOtherRun: (runId: string) => void;
}

/** Follows one run at a time. */
export class RunFeed {
  readonly #ports: RunFeedPorts;
  readonly #job: FrameJob;
  #runId: string | null = null;
  #waiting: NumberedRunEvent[] = [];
  /** Counts the snapshots asked for: an answer to an older question is dropped. */
  #asked = 0;
  #isSyncing = false;
  /** Number of the event before which the last gap was found. */
  #gapBefore = 0;

  constructor(ports: RunFeedPorts) {
    this.#ports = ports;
    this.#job = createFrameJob(ports.frames, () => this.#apply(), changePauseMs);
  }

  /** The run that is followed, also while its snapshot is on its way. */
  get followed(): string | null {
    return this.#runId;
  }

  /**
   * Shows this run from now on. Resolves when its state is in the store.
   * @throws CamError when the core has no such run; the one that was followed before is followed on
   */
  async follow(runId: string): Promise<void> {
    const before = this.#runId;
    if (before !== runId) this.#waiting = [];
    this.#runId = runId;
    const asked = this.#asked + 1;
    try {
      await this.#sync();
    } catch (error) {
      if (before !== null && before !== runId && asked === this.#asked) await this.#followAgain(before);
      throw error;
    }
  }

  /** Its events went by unheard meanwhile, so a snapshot is taken. */
  async #followAgain(runId: string): Promise<void> {
    this.#waiting = [];
    this.#runId = runId;
    await this.#recover();
  }

  /** Takes a snapshot of the run that is followed, because events may have been missed. */
  async resync(): Promise<void> {
    if (this.#runId !== null) await this.#sync();
  }

  /** Takes an event as it arrives. */
  accept(event: NumberedRunEvent): void {
    if (event.runId !== this.#runId) {
      const { state, starting } = this.#ports.store.getState().run;
      if (event.event.kind !== 'run-started' || starting || isLive(state)) return;
      // A schedule must not take away what somebody is reading.
      if (event.event.plan.schedule === undefined || state === null) this.#ports.onOtherRun(event.runId);
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length > waitingLimit) this.#waiting = [];
    if (!this.#isSyncing) this.#job.request();
  }

  /** Stops following. */
  close(): void {
    this.#runId = null;
    this.#asked += 1;
    this.#job.cancel();
  }

  async #sync(): Promise<void> {
    const runId = this.#runId;
    if (runId === null) return;
    this.#asked += 1;
    const asked = this.#asked;
    this.#isSyncing = true;
    this.#job.cancel();
    try {
      const { state, seq } = await this.#ports.client.call('run.snapshot', { runId });
      if (asked !== this.#asked) return;
      this.#show({ state, seq });
    } finally {
      if (asked === this.#asked) {
        this.#isSyncing = false;
        this.#job.request();
      }
    }
  }

  #apply(): void {
    const { state, seq } = this.#ports.store.getState().run;
    if (state?.plan.runId !== this.#runId || this.#isSyncing) return;
    const applied = applyEvents({ state, seq }, this.#waiting, eventsPerFrame);
    this.#waiting = [...applied.rest];
    if (applied.seq !== seq) this.#show(applied);
    if (applied.gap) this.#onGap(applied.rest[0]?.seq ?? 0);
    else if (applied.rest.length > 0) this.#job.request();
  }

  #show({ state, seq }: RunPosition): void {
    // A cancel that was asked for has had its effect: should the run be completed later, it is not on its way any more.
    patch(this.#ports.store, 'run', state.status === 'ended' ? { state, seq, cancelAsked: null } : { state, seq });
  }

  #onGap(before: number): void {
    // A snapshot that did not close the gap will not close it the second time: go on with what comes later.
    if (before === this.#gapBefore) this.#waiting = [];
    else void this.#recover();
    this.#gapBefore = before;
  }

  async #recover(): Promise<void> {
    try {
      await this.#sync();
    } catch (error) {
      patch(this.#ports.store, 'run', { failure: toFailure(error) });
    }
  }
}
