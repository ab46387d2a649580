/**
 * The REST interface of `cam serve`, under /api/v1: history, runs and results for other programs of this machine. It wants a bearer
 * token and never the session of a page, so no page can use it in somebody's name; there is no CORS.
 */
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { systemClock } from '../../base/clock.ts';
import { failure } from '../../model/failure.ts';
import type { App } from '../../services/create-app.ts';
import type { ApiTokens } from './api-tokens.ts';
import { monitoringDocument } from '../monitoring/monitoring-document.ts';
import { addExecutionRoutes } from './execution-routes.ts';
import { RequestLimit } from './request-limit.ts';
import { send, sendError, sendTooMany } from './rest-error.ts';
import type { Caller } from './rest-route.ts';
import { addRunRoutes } from './run-routes.ts';

/** Where the interface begins. */
export const restPrefix = '/api/v1';

/** How it is set up. */
export interface RestOptions {
  readonly tokens: ApiTokens;
  readonly version: string;
}

const documentPath = `${restPrefix}/openapi.json`;
/** Of each role, and of all who have no token. */
const limits = { own: { perSecond: 100, burst: 200 }, auditor: { perSecond: 100, burst: 200 }, nobody: { perSecond: 5, burst: 20 } };

/** Adds the interface to a server that does not listen yet. The server's own guard has checked the host. */
export async function addRestApi(server: FastifyInstance, app: App, { tokens, version }: RestOptions): Promise<void> {
  await server.register(
    async (api) => {
      // The routes check by themselves; the schemas describe.
      api.setValidatorCompiler(() => () => true);
      api.setSerializerCompiler(() => (value) => JSON.stringify(value));
      api.removeContentTypeParser('text/plain');
      const callers = guard(api, app, tokens);
      api.setErrorHandler((error, request, reply) =>
        sendError(reply, error, (internal) => {
          app.log.logger.error('a request was not answered', {
            method: request.method,
            route: request.routeOptions.url,
            failure: internal,
          });
        }),
      );
      await api.register(swagger, { openapi: documentOf(version) });
      const callerOf = (reply: FastifyReply): Caller => {
        const caller = callers.get(reply);
        if (caller === undefined) throw new Error('a request without a caller has passed the guard');
        return caller;
      };
      addExecutionRoutes(api, app, callerOf);
      addRunRoutes(api, app, callerOf);
      api.get('/openapi.json', { schema: { hide: true } }, () => withMonitoring(api.swagger()));
      api.all('/*', { schema: { hide: true } }, (_request, reply) =>
        send(reply, 404, failure('not.found', { message: 'There is no such route.', action: `Look it up in ${documentPath}.` })),
      );
    },
    { prefix: restPrefix },
  );
}

/** Lets through who has a token and does not ask too often; the document is for everybody on this machine. */
function guard(api: FastifyInstance, app: Pick<App, 'config'>, tokens: ApiTokens): WeakMap<FastifyReply, Caller> {
  const callers = new WeakMap<FastifyReply, Caller>();
  const buckets = {
    own: bucket('own'),
    auditor: bucket('auditor'),
    nobody: bucket('nobody'),
  };
  api.addHook('onRequest', async (request, reply) => {
    const role = tokens.roleOf(request.headers.authorization);
    const waitSeconds = buckets[role ?? 'nobody'].take();
    if (waitSeconds > 0) return sendTooMany(reply, waitSeconds);
    if (role !== undefined) callers.set(reply, { role, user: app.config.user });
    else if (request.routeOptions.url !== documentPath || request.method !== 'GET') {
      const refusal = failure('request.forbidden', {
        message: 'A bearer token is needed.',
        action: 'Take it from the file that cam serve names when it starts.',
      });
      return send(reply.header('www-authenticate', 'Bearer'), 401, refusal);
    }
    return undefined;
  });
  return callers;
}

function bucket(name: keyof typeof limits): RequestLimit {
  return new RequestLimit(systemClock, limits[name].perSecond, limits[name].burst);
}

/** The document with the paths beside the interface that the same tokens open. */
function withMonitoring<T extends { paths?: object | undefined }>(document: T): T {
  return { ...document, paths: { ...document.paths, ...monitoringDocument } };
}

function documentOf(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Client Activity Monitor',
      description:
        'Execution history, runs and results. Times are instants in UTC, durations seconds. Whatever tells about a result names what is missing.',
      version,
    },
    components: { securitySchemes: { bearer: { type: 'http' as const, scheme: 'bearer' } } },
  };
}
