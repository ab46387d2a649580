import type { Handlers } from '../contract/dispatch.ts';
import type { EndpointHealthService } from './endpoint-health.ts';

/** The handlers of the endpoints' health. */
export function healthHandlers(health: EndpointHealthService): Pick<Handlers, 'health.get' | 'health.closeBreaker'> {
  return {
    'health.get': () => health.list(),
    'health.closeBreaker': ({ database, endpoint }) => {
      health.closeBreaker(database, endpoint);
      return health.list();
    },
  };
}
