/** The endpoints of the fake core: all in use, unless a script says otherwise. */
import type { CheckedInput, ConfigView, Events } from '../../app/contract/methods.ts';
import { CamError, failure } from '../../app/model/failure.ts';
import type { EndpointStatus } from '../../app/model/health.ts';

/** What is known of the endpoints. */
export class FakeHealth {
  readonly #send: (status: Events['health.changed']) => void;
  #endpoints: readonly EndpointStatus[];

  /** `send`: tells the window of a change. */
  constructor(config: ConfigView, send: (status: Events['health.changed']) => void) {
    this.#send = send;
    this.#endpoints = config.databases.map(({ name, endpoint }) => ({
      database: name,
      endpoint,
      breaker: 'closed',
      isStandby: false,
      failures: 0,
    }));
  }

  /** Takes the place of what was known of the endpoint, or is added; the window is told. */
  set(status: EndpointStatus): void {
    const place = this.#endpoints.findIndex(({ database, endpoint }) => database === status.database && endpoint === status.endpoint);
    this.#endpoints = place < 0 ? [...this.#endpoints, status] : this.#endpoints.with(place, status);
    this.#send(status);
  }

  handlers() {
    return {
      'health.get': () => this.#endpoints,
      'health.closeBreaker': ({ database, endpoint }: CheckedInput<'health.closeBreaker'>) => {
        const known = this.#endpoints.find((each) => each.database === database && each.endpoint === endpoint);
        if (known === undefined) throw new CamError(failure('not.found'));
        const { openUntil: _openUntil, ...rest } = known;
        this.set({ ...rest, breaker: 'closed', failures: 0 });
        return this.#endpoints;
      },
    };
  }
}
