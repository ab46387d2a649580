/** What a run would do if it were started now, and when one is expected to end. */
import type { CheckedInput } from '../contract/methods.ts';
import type { Failure } from '../model/failure.ts';
import { msOfInstant } from '../model/instant.ts';
import type { RunPlan } from '../model/plan.ts';
import { planRun } from '../run/plan.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';
import type { EndpointHealthService } from './endpoint-health.ts';
import { newRunId, timesOf } from './run-request.ts';
import type { UsualCostsService } from './usual-costs-service.ts';

/** What plans are made of. */
export interface RunPlanningParts {
  readonly ports: Pick<AppPorts, 'clock'>;
  readonly config: ConfigService;
  readonly health: Pick<EndpointHealthService, 'list'>;
  /** What sources usually take. */
  readonly costs: Pick<UsualCostsService, 'current'>;
}

/** Plans runs by the configuration, the endpoints and the usual costs as they are known at the moment. */
export class RunPlanning {
  readonly #parts: RunPlanningParts;

  constructor(parts: RunPlanningParts) {
    this.#parts = parts;
  }

  /** `refused`: databases that are not asked, and why. @throws CamError when the configuration or the request is not right */
  plan(request: CheckedInput<'run.plan'>, refused?: ReadonlyMap<string, Failure>): RunPlan {
    const { ports, config, costs, health } = this.#parts;
    const configuration = config.current();
    const nowMs = ports.clock.nowMs();
    return planRun(
      configuration,
      {
        ...request,
        ...timesOf(request, configuration.settings.zone, nowMs),
      },
      {
        runId: newRunId(nowMs),
        nowMs,
        user: configuration.settings.sid,
        costs: costs.current,
        health: health.list(),
        ...(refused === undefined ? {} : { refused }),
      },
    );
  }

  /**
   * When the run that goes on, or without one a run started now, is expected to end, in milliseconds since 1970: by what its sources
   * took before, at the latest at its deadline. `undefined` where neither is known or no run can be planned.
   */
  expectedEndMs(running: RunPlan | undefined): number | undefined {
    try {
      const { createdAt, estimate, deadlineMs } = running ?? this.plan({ lastEvent: 'now', strict: false });
      const durationMs = Math.min(estimate?.durationMs ?? Infinity, deadlineMs ?? Infinity);
      return durationMs === Infinity ? undefined : msOfInstant(createdAt) + durationMs;
    } catch {
      // A configuration with mistakes is told elsewhere.
      return undefined;
    }
  }
}
