/** The contract's client where face and core are one process: calls are checked as anywhere else. */
import { createClient } from '../../contract/client.ts';
import { dispatch } from '../../contract/dispatch.ts';
import type { CamClient } from '../../contract/methods.ts';
import type { App } from '../../services/create-app.ts';

/** A client of the core in this process. */
export function inProcessClient(app: App): CamClient {
  return createClient({
    invoke: (method, input) => dispatch(app.handlers, method, input),
    subscribe: (listener) => app.subscribe(listener),
  });
}
