import type { EndpointStatus } from '../../app/model/health.ts';

/** What is known of the databases' endpoints. */
export interface HealthSlice {
  readonly endpoints: readonly EndpointStatus[];
}

/** Nothing is known yet. */
export function initialHealth(): HealthSlice {
  return { endpoints: [] };
}

/** The endpoints with a newer state of one of them. */
export function withEndpoint(endpoints: readonly EndpointStatus[], changed: EndpointStatus): readonly EndpointStatus[] {
  const place = endpoints.findIndex(({ database, endpoint }) => database === changed.database && endpoint === changed.endpoint);
  return place < 0 ? [...endpoints, changed] : endpoints.with(place, changed);
}
