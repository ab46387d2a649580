/** The browser host: the window as a page on loopback. Same page, same contract; only the transport differs. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { systemClock } from '../../base/clock.ts';
import { errorCode } from '../../base/error-text.ts';
import { dispatch } from '../../contract/dispatch.ts';
import { CamError, failure } from '../../model/failure.ts';
import type { App } from '../../services/create-app.ts';
import { hasToken } from '../monitoring/bearer.ts';
import { addMonitoringRoutes, monitoringPaths } from '../monitoring/monitoring-routes.ts';
import { RequestLimit } from '../rest/request-limit.ts';
import { sendError, sendTooMany } from '../rest/rest-error.ts';
import type { ApiTokens } from '../rest/api-tokens.ts';
import { addRestApi, restPrefix } from '../rest/rest-api.ts';
import { EventSockets } from './event-sockets.ts';
import { Gate, type GateRequest } from './gate.ts';
import type { PageFile } from './page-files.ts';

/** A running server. */
export interface BrowserHost {
  readonly port: number;
  /** An address to open; it works once. */
  newAddress(): string;
  close(): Promise<void>;
}

const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

const bodyLimitBytes = 256 * 1024;
/** Of a part of an address, percent-encoded: the routes say how long it may be, and name it where it is longer. */
const maxParamBytes = 8192;

/** How the host is set up. */
export interface BrowserHostOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly version: string;
  /** By which another program may read metrics and health and nothing else; who has opened the window may, and who has a token of the REST interface. */
  readonly metricsToken?: string | undefined;
  /** Tokens of the REST interface; without them there is none. */
  readonly apiTokens?: ApiTokens | undefined;
}

/** Starts the server on loopback. @throws CamError `request.invalid` when the port is taken, or not for this user */
export async function startBrowserHost(app: App, files: ReadonlyMap<string, PageFile>, options: BrowserHostOptions): Promise<BrowserHost> {
  const gate = new Gate();
  const sockets = new EventSockets(app);
  const server = fastify({
    bodyLimit: bodyLimitBytes,
    serverFactory: (handler) => createServer(handler),
    routerOptions: { maxParamLength: maxParamBytes },
    // An address that cannot be read belongs to no route, and no hook sees it.
    frameworkErrors: (error, _request, reply) => {
      void sendError(reply.headers(securityHeaders), error, () => undefined);
    },
  });
  guard(server, gate, options);
  addMonitoringRoutes(server, app, options.version);
  if (options.apiTokens !== undefined) await addRestApi(server, app, { tokens: options.apiTokens, version: options.version });
  routes(server, { app, files, gate });
  acceptEvents(server, gate, sockets);
  try {
    await server.listen({ host: '127.0.0.1', port: options.port });
  } catch (error) {
    sockets.close();
    throw portRefusal(error, options.port);
  }
  const address = server.server.address() as AddressInfo;
  gate.setPort(address.port);
  return {
    port: address.port,
    newAddress: () => gate.newAddress(),
    close: async () => {
      sockets.close();
      await server.close();
    },
  };
}

function portRefusal(error: unknown, port: number): unknown {
  const why = { EADDRINUSE: 'is taken by another program', EACCES: 'may not be used by this account' }[errorCode(error) ?? ''];
  if (why === undefined) return error;
  const action = 'Name another port, or none: then any free one is taken.';
  return new CamError(failure('request.invalid', { message: `The port ${String(port)} ${why}.`, action }), { cause: error });
}

/** What a request must bring. */
type Access = 'nothing' | 'session' | 'reader' | 'own guard';

/** How often metrics and health are answered: to those who may read them, and to all others. */
const limits = { reader: { perSecond: 20, burst: 60 }, nobody: { perSecond: 5, burst: 20 } };

function guard(server: FastifyInstance, gate: Gate, { metricsToken, apiTokens }: BrowserHostOptions): void {
  const readers = new RequestLimit(systemClock, limits.reader.perSecond, limits.reader.burst);
  const others = new RequestLimit(systemClock, limits.nobody.perSecond, limits.nobody.burst);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    if (!gate.isOwnHost(gateRequest(request))) return reply.code(403).type('text/plain').send('This address is not for you.');
    const access = accessOf(request.routeOptions.url);
    if (access === 'nothing' || access === 'own guard' || gate.hasSession(gateRequest(request))) return undefined;
    const refusal = { ok: false, error: failure('request.forbidden') };
    if (access === 'session') return reply.code(403).send(refusal);
    const { authorization } = request.headers;
    const isReader = hasToken(authorization, metricsToken) || apiTokens?.roleOf(authorization) !== undefined;
    const waitSeconds = (isReader ? readers : others).take();
    if (waitSeconds > 0) return sendTooMany(reply, waitSeconds);
    if (isReader) return undefined;
    return reply.code(401).header('www-authenticate', 'Bearer').send(refusal);
  });
}

/**
 * Judges the route that was found, never the address as it was written: `/ap%69/call` is the same route as `/api/call`. A route that
 * is not named here wants the session.
 */
function accessOf(route: string | undefined): Access {
  // No route, or the page itself: without a session it is a page that says so, and its files hold nothing of anybody's.
  if (route === undefined || route === '/' || route === '/*') return 'nothing';
  if (monitoringPaths.includes(route)) return 'reader';
  // A session opens nothing in the REST interface.
  return route.startsWith(`${restPrefix}/`) ? 'own guard' : 'session';
}

interface RouteParts {
  readonly app: App;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly gate: Gate;
}

function routes(server: FastifyInstance, { app, files, gate }: RouteParts): void {
  server.post<{ Body: { method?: unknown; input?: unknown } | null }>('/api/call', async (request, reply) => {
    // A form of another site cannot set this header without a preflight, which is never answered.
    if (request.headers['x-cam'] !== '1') return reply.code(403).send({ ok: false, error: failure('request.forbidden') });
    return dispatch(app.handlers, String(request.body?.method), request.body?.input ?? {});
  });
  // What else is asked for beneath it wants the session too, be it only to hear that there is nothing.
  server.all('/api/*', (_request, reply) => sendFile(reply, undefined));
  server.get<{ Querystring: { token?: string } }>('/', (request, reply) => enter(request, reply, files, gate));
  server.get('/*', (request, reply) => sendFile(reply, files.get(new URL(request.url, 'http://localhost').pathname)));
}

/** A WebSocket is no fetch: no policy keeps another site from opening one, so Origin must be there and be ours. */
function acceptEvents(server: FastifyInstance, gate: Gate, sockets: EventSockets): void {
  server.server.on('upgrade', (request, socket, head) => {
    const { host, origin, cookie } = request.headers;
    const asked = { host, origin, cookie, fetchSite: undefined };
    if (request.url === '/api/events' && origin !== undefined && gate.isOwnHost(asked) && gate.hasSession(asked))
      sockets.open(request, socket, head);
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
  });
}

function enter(
  request: FastifyRequest<{ Querystring: { token?: string } }>,
  reply: FastifyReply,
  files: RouteParts['files'],
  gate: Gate,
): FastifyReply {
  const { token } = request.query;
  if (typeof token === 'string') {
    const cookie = gate.spend(token);
    if (cookie !== undefined) return reply.header('set-cookie', cookie).redirect('/', 303);
    if (gate.hasSession(gateRequest(request))) return reply.redirect('/', 303);
  }
  if (gate.hasSession(gateRequest(request))) return sendFile(reply, files.get('/'));
  return reply
    .code(403)
    .type('text/plain; charset=utf-8')
    .send('This address has been used or is not complete. Press Enter in the terminal where the program runs to get a new one.');
}

function sendFile(reply: FastifyReply, file: PageFile | undefined): FastifyReply {
  if (file === undefined) return reply.code(404).type('text/plain').send('There is nothing here.');
  return reply
    .type(file.type)
    .header('cache-control', file.isImmutable ? 'private, max-age=31536000, immutable' : 'no-store')
    .send(file.content);
}

function gateRequest(request: FastifyRequest): GateRequest {
  const { host, origin, cookie } = request.headers;
  const fetchSite = request.headers['sec-fetch-site'];
  return { host, origin, cookie, fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined };
}
