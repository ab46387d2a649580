/** Keeps the machine awake while an analysis runs, and says what a sleep has left behind. */
import type { PowerMonitor, PowerSaveBlocker } from 'electron';
import type { Clock } from '../app/base/clock.ts';
import type { Logger } from '../app/base/logger.ts';

/** What the power of the machine is looked after with. */
export interface PowerPorts {
  readonly blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>;
  readonly monitor: Pick<PowerMonitor, 'on' | 'off'>;
  /** Whether anything goes on that a sleeping machine would tear. */
  isRunning(): boolean;
  /** The runs that go on. */
  running(): Promise<readonly string[]>;
  /** Judges tickets and client library anew: a ticket ends while nobody is awake to see it. */
  checkAgain(): Promise<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Looks after the power until it is closed. */
export interface PowerWatch {
  /** To be called whenever a run may have begun or ended; does nothing once it is closed. */
  follow(): void;
  /** Lets the machine sleep, whatever goes on. */
  close(): void;
}

/**
 * A machine does not fall asleep by itself while a run goes on; the screen may. A person can send it to sleep all the same (a lid): then
 * the lines of the run say for how long, because its statements, timeouts and tickets have not stood still everywhere.
 */
export function watchPower(ports: PowerPorts): PowerWatch {
  const { blocker, monitor, clock, logger } = ports;
  let blocking: number | undefined;
  let isClosed = false;
  const release = (): void => {
    if (blocking !== undefined) blocker.stop(blocking);
    blocking = undefined;
  };
  let asleepSince: number | undefined;
  const onSuspend = (): void => {
    asleepSince = clock.nowMs();
    logger.info('the machine goes to sleep', { running: ports.isRunning() });
  };
  const onResume = (): void => {
    const slept = asleepSince === undefined ? {} : { seconds: Math.round((clock.nowMs() - asleepSince) / 1000) };
    asleepSince = undefined;
    tellResume(ports, slept).catch((error: unknown) => {
      logger.warn('after the sleep of the machine not everything could be looked at', { error: String(error) });
    });
  };
  monitor.on('suspend', onSuspend);
  monitor.on('resume', onResume);
  return {
    follow: () => {
      // Nobody would release a blocker that is taken after the end.
      if (isClosed || !ports.isRunning()) release();
      else blocking ??= blocker.start('prevent-app-suspension');
    },
    close: () => {
      isClosed = true;
      monitor.off('suspend', onSuspend);
      monitor.off('resume', onResume);
      release();
    },
  };
}

async function tellResume(ports: PowerPorts, slept: { readonly seconds?: number }): Promise<void> {
  const { logger } = ports;
  logger.info('the machine is awake again', slept);
  for (const run of await ports.running()) logger.warn('the machine was asleep while this run went on', { run, ...slept });
  await ports.checkAgain();
}
