/** A typed client over a host's transport; replies arrive in the envelope and are opened here. */
import type { Result } from '../base/result.ts';
import { CamError, type Failure, failure } from '../model/failure.ts';
import type { CamClient, CamTransport, EventName, Events, MethodName, MethodOutput } from './methods.ts';

/** The reply to a call as it crosses. */
export type Reply<T> = Result<T, Failure>;

/** A client that speaks over the transport. A transport that breaks makes calls fail with `internal`. */
export function createClient(transport: CamTransport): CamClient {
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  transport.subscribe((event, payload) => {
    for (const listener of [...(listeners.get(event as EventName) ?? [])]) listener(payload as never);
  });
  return {
    call: async <K extends MethodName>(method: K, input: unknown) => {
      let reply: Reply<MethodOutput<K>>;
      try {
        reply = (await transport.invoke(method, input)) as Reply<MethodOutput<K>>;
      } catch (error) {
        throw new CamError(
          failure('internal', { message: 'The program does not answer.', action: 'Start it again.', detail: String(error) }),
        );
      }
      if (!reply.ok) throw new CamError(reply.error);
      return reply.value;
    },
    on: <K extends EventName>(event: K, listener: (payload: Events[K]) => void) => {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listener);
      return () => {
        set.delete(listener);
      };
    },
  };
}
