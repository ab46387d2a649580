/** How a route of the REST interface is written: its checks and its description are the same schemas. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import type { ApiRole } from './api-tokens.ts';
import { checked } from './rest-error.ts';

/** Who asks. */
export interface Caller {
  readonly role: ApiRole;
  /** SID of the program's user, whose records the role `own` sees. */
  readonly user: string;
}

/** One route. */
export interface Route<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly body?: Body;
  readonly response: z.ZodType;
  /** Status of a good answer; default 200. */
  readonly status?: number;
  readonly handle: (
    input: { readonly params: z.output<Params>; readonly query: z.output<Query>; readonly body: z.output<Body> },
    caller: Caller,
  ) => unknown;
}

const bodyLimitBytes = 64 * 1024;

/** What every answer that tells a failure looks like. */
export const errorResponse = z.object({
  error: z.object({ code: z.string(), message: z.string(), action: z.string(), field: z.string().optional() }),
});

/** A whole number as an address has it: digits and nothing else, so that nothing is read into what somebody did not write. */
export function wholeNumber(least: number, most: number) {
  const message = `A whole number from ${String(least)} to ${String(most)} is expected.`;
  const read = (given: unknown): number => (typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN);
  return z
    .preprocess(read, z.int({ error: message }).min(least, { error: message }).max(most, { error: message }))
    .meta({ type: 'integer', minimum: least, maximum: most });
}

/** Adds the route. `callerOf` knows who asks; it has been checked before. */
export function addRoute<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType = z.ZodUndefined>(
  server: FastifyInstance,
  callerOf: (reply: FastifyReply) => Caller,
  route: Route<Params, Query, Body>,
): void {
  const { method, url, summary, params, query, body, response, status = 200 } = route;
  server.route({
    method,
    url,
    bodyLimit: bodyLimitBytes,
    schema: {
      summary,
      security: [{ bearer: [] }],
      params: described(params, 'input'),
      querystring: described(query, 'input'),
      ...(body === undefined ? {} : { body: described(body, 'input') }),
      response: { [status]: described(response, 'output'), '4xx': described(errorResponse, 'output') },
    },
    handler: async (request, reply) => {
      const input = {
        params: checked(params, request.params),
        query: checked(query, request.query),
        body: (body === undefined ? undefined : checked(body, request.body ?? {})) as z.output<Body>,
      };
      return reply
        .code(status)
        .header('cache-control', 'no-store')
        .send(await route.handle(input, callerOf(reply)));
    },
  });
}

/** The schema as JSON Schema, for the OpenAPI document. */
function described(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // What is read from text loses its default on the way.
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
    },
  });
  return rest;
}
