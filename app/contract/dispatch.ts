/** The receiving side of the contract: name known, input checked, reply in the envelope. */
import * as z from 'zod';
import { CamError, failure, toFailure } from '../model/failure.ts';
import type { Reply } from './client.ts';
import { type CheckedInput, type MethodName, methods, type MethodOutput } from './methods.ts';

/** One handler per method; it answers at once or later. */
export type Handlers = { readonly [K in MethodName]: (input: CheckedInput<K>) => Promise<MethodOutput<K>> | MethodOutput<K> };

/**
 * Checks a call and hands it to its handler. Never throws: an unknown method, bad input or a handler's failure comes back
 * in the envelope.
 */
export async function dispatch(handlers: Handlers, method: string, input: unknown): Promise<Reply<unknown>> {
  try {
    if (!isMethod(method)) throw new CamError(failure('request.invalid', { message: `There is no method ${method.slice(0, 100)}.` }));
    const checked = methods[method].input.safeParse(input);
    if (!checked.success) {
      throw new CamError(
        failure('request.invalid', { message: `The request ${method} is not understood.`, detail: z.prettifyError(checked.error) }),
      );
    }
    const handler = handlers[method] as (checkedInput: unknown) => unknown;
    return { ok: true, value: await handler(checked.data) };
  } catch (error) {
    return { ok: false, error: toFailure(error) };
  }
}

function isMethod(method: string): method is MethodName {
  return Object.hasOwn(methods, method);
}
