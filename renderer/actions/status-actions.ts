import type { StatusView } from '../../app/model/figures.ts';
import type { ActionPorts } from './ports.ts';

/** What the status page asks; all of them throw CamError. */
export interface StatusActions {
  readonly getStatus: () => Promise<StatusView>;
  /** Forgets the figures of all runs so far. */
  readonly resetStatus: () => Promise<StatusView>;
  /** Lets an endpoint be asked again at once. */
  readonly closeBreakerOf: (database: string, endpoint: string) => Promise<StatusView>;
}

/** Makes the status actions. */
export function createStatusActions({ client }: ActionPorts): StatusActions {
  const getStatus = (): Promise<StatusView> => client.call('status.get', {});
  return {
    getStatus,
    resetStatus: () => client.call('status.reset', {}),
    closeBreakerOf: async (database, endpoint) => {
      await client.call('health.closeBreaker', { database, endpoint });
      return getStatus();
    },
  };
}
