/** What the OpenAPI document says of `/metrics` and `/health`, which are no part of the REST interface but are opened by its tokens. */

const refusals = {
  401: { description: 'Without a token that may read it' },
  429: { description: 'Asked too often; `retry-after` says when to come back' },
};
const text = { type: 'string' } as const;
const report = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['ok', 'degraded', 'unusable'] },
    reasons: { type: 'array', items: text, description: 'Why it is not ok, one sentence each' },
    version: text,
    in_flight: { type: 'object' },
    endpoints: { type: 'array', items: { type: 'object' } },
    history: { type: 'object' },
  },
} as const;

/** Paths as OpenAPI has them. */
export const monitoringDocument = {
  '/metrics': {
    get: {
      summary: 'Metrics of this program for Prometheus',
      security: [{ bearer: [] }],
      responses: { 200: { description: 'Text format of Prometheus', content: { 'text/plain': { schema: text } } }, ...refusals },
    },
  },
  '/health': {
    get: {
      summary: 'Whether runs can be started, and what does not work',
      security: [{ bearer: [] }],
      responses: {
        200: { description: 'It works, at least in part', content: { 'application/json': { schema: report } } },
        503: { description: 'No run can be started', content: { 'application/json': { schema: report } } },
        ...refusals,
      },
    },
  },
} as const;
