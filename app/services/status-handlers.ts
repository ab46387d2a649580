import type { Handlers } from '../contract/dispatch.ts';
import type { MetricsService } from './metrics-service.ts';

/** The handlers of the status. */
export function statusHandlers(metrics: MetricsService): Pick<Handlers, 'status.get' | 'status.reset'> {
  return {
    'status.get': () => metrics.status(),
    'status.reset': () => metrics.reset(),
  };
}
