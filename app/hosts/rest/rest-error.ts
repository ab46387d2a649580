/** Failures as answers of the REST interface. */
import type { FastifyError, FastifyReply } from 'fastify';
import type * as z from 'zod';
import type { ErrorCode } from '../../model/error-code.ts';
import { CamError, type Failure, failure, toFailure } from '../../model/failure.ts';

/** Something is wrong with a part of a request. */
export class BadField extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** The body of an answer that tells a failure. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly action: string; readonly field?: string };
}

const statuses: Partial<Record<ErrorCode, number>> = {
  'request.invalid': 400,
  'request.forbidden': 403,
  'not.found': 404,
  'config.invalid': 409,
  'result.damaged': 409,
  'run.not-evaluated': 409,
  'history.unavailable': 503,
  'engine.crashed': 503,
  internal: 500,
};

/** Answers with the failure. What happened inside is told in the log, not here. */
export function sendError(reply: FastifyReply, error: unknown, onInternal: (failure: Failure) => void): FastifyReply {
  if (error instanceof BadField)
    return send(reply, 400, failure('request.invalid', { message: error.message, action: `Correct ${error.field}.` }), error.field);
  if (error instanceof CamError) return send(reply, statuses[error.failure.code] ?? 503, error.failure, restField(error.failure));
  const { statusCode } = error as FastifyError;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return send(
      reply,
      statusCode,
      failure('request.invalid', { message: (error as FastifyError).message, action: 'Correct the request.' }),
      isAboutPath(error as FastifyError) ? 'path' : 'body',
    );
  const internal = toFailure(error);
  onInternal(internal);
  return send(reply, 500, internal);
}

/** The contract's `lastEvent` is `last_event` here; what follows a dot is a name of the user's own. */
function restField({ field }: Failure): string | undefined {
  return field?.replace(/^[^.]+/, (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

function isAboutPath({ code }: FastifyError): boolean {
  return code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH' || code === 'FST_ERR_ASYNC_CONSTRAINT';
}

/** Tells who asks too often when to come back. */
export function sendTooMany(reply: FastifyReply, waitSeconds: number): FastifyReply {
  const refusal = failure('rate.limited', { message: 'Too many requests.', action: `Come back in ${String(waitSeconds)} s.` });
  return send(reply.header('retry-after', String(waitSeconds)), 429, refusal);
}

/** Answers with a status and a failure. */
export function send(reply: FastifyReply, status: number, { code, message, action }: Failure, field?: string): FastifyReply {
  const body: ErrorBody = { error: { code, message, action, ...(field === undefined ? {} : { field }) } };
  return reply.code(status).header('cache-control', 'no-store').send(body);
}

/** The checked value. @throws BadField that names the first key that is not right */
export function checked<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])].map(String).join('.');
  throw new BadField(
    field === '' ? 'body' : field,
    unknownKey === undefined ? (issue?.message ?? 'It is not understood.') : `There is no ${field}.`,
  );
}
