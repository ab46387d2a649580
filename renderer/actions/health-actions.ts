import { toFailure } from '../../app/model/failure.ts';
import type { EndpointStatus } from '../../app/model/health.ts';
import { patch } from '../store/app-store.ts';
import { withEndpoint } from '../store/health-slice.ts';
import type { ActionPorts } from './ports.ts';

/** What can be done about endpoints. */
export interface HealthActions {
  /** Asks what is known of them. A failure leaves what is known. */
  readonly loadHealth: () => Promise<void>;
  readonly healthChanged: (status: EndpointStatus) => void;
  /** Ends the pause of an endpoint that is left alone. */
  readonly tryEndpointAgain: (database: string, endpoint: string) => Promise<void>;
}

/** Makes the actions about endpoints. */
export function createHealthActions({ client, store, notify }: ActionPorts): HealthActions {
  return {
    loadHealth: async () => {
      try {
        patch(store, 'health', { endpoints: await client.call('health.get', {}) });
      } catch (error) {
        notify({ kind: 'failed', failure: toFailure(error) });
      }
    },
    healthChanged: (status) => patch(store, 'health', { endpoints: withEndpoint(store.getState().health.endpoints, status) }),
    tryEndpointAgain: async (database, endpoint) => {
      try {
        patch(store, 'health', { endpoints: await client.call('health.closeBreaker', { database, endpoint }) });
      } catch (error) {
        notify({ kind: 'failed', failure: toFailure(error) });
      }
    },
  };
}
