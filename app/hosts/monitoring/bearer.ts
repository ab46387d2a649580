/** The token by which another program may read metrics and health. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { CamError, failure } from '../../model/failure.ts';

/** The environment variable that holds the token. */
export const tokenVariable = 'CAM_METRICS_TOKEN';

const shortest = 16;

/** The token of the environment; `undefined` where there is none. @throws CamError for a token that is too short */
export function tokenOf(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const token = environment[tokenVariable];
  if (token === undefined || token === '') return undefined;
  if (token.length < shortest) {
    const message = `The token in ${tokenVariable} is too short.`;
    throw new CamError(failure('request.invalid', { message, action: `Give it at least ${String(shortest)} characters.` }));
  }
  return token;
}

/** Whether an `Authorization` header carries the token; the time it takes does not tell how much of it is right. */
export function hasToken(authorization: string | undefined, token: string | undefined): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (given === undefined || token === undefined) return false;
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
