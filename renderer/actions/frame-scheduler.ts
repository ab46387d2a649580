/** Gathers bursts: whatever is asked between two frames is done once. */

/** What the scheduler needs of the page. */
export interface FramePorts {
  readonly requestFrame: (callback: () => void) => number;
  readonly cancelFrame: (handle: number) => void;
  readonly setTimer: (callback: () => void, delayMs: number) => ReturnType<typeof setTimeout>;
  readonly clearTimer: (handle: ReturnType<typeof setTimeout>) => void;
}

/** A job that is asked for often and done at most once a frame. */
export interface FrameJob {
  /** Asks for the job to be done soon. */
  request(): void;
  /** Takes back what was asked. */
  cancel(): void;
}

// A hidden page is given no frames; its data must move on all the same.
const hiddenPageMs = 250;

/**
 * The job, done in the next animation frame, or after a quarter of a second where there are no frames; and not again
 * before `pauseMs` have passed, because figures that change more often cannot be read anyway.
 */
export function createFrameJob(ports: FramePorts, run: () => void, pauseMs = 0): FrameJob {
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let isWanted = false;
  const stopWaiting = (): void => {
    if (frame !== undefined) ports.cancelFrame(frame);
    if (timer !== undefined) ports.clearTimer(timer);
    frame = undefined;
    timer = undefined;
  };
  const fire = (): void => {
    stopWaiting();
    isWanted = false;
    if (pauseMs > 0) pause = ports.setTimer(endPause, pauseMs);
    run();
  };
  const wait = (): void => {
    frame = ports.requestFrame(fire);
    timer = ports.setTimer(fire, hiddenPageMs);
  };
  const endPause = (): void => {
    pause = undefined;
    if (isWanted) wait();
  };
  return {
    request: () => {
      if (isWanted) return;
      isWanted = true;
      if (pause === undefined) wait();
    },
    cancel: () => {
      isWanted = false;
      stopWaiting();
      if (pause !== undefined) ports.clearTimer(pause);
      pause = undefined;
    },
  };
}

/** The page's own frames and timers. */
export function pageFramePorts(page: Window): FramePorts {
  return {
    requestFrame: (callback) => page.requestAnimationFrame(callback),
    cancelFrame: (handle) => page.cancelAnimationFrame(handle),
    setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
    clearTimer: (handle) => clearTimeout(handle),
  };
}
