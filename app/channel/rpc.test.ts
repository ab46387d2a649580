import { describe, expect, it } from 'vitest';
import { abort, AbortedError, onAbort } from '../base/abort.ts';
import { CamError, failure } from '../model/failure.ts';
import { linkedChannels } from './linked-channels.ts';
import { createRpcClient, serveRpc } from './rpc.ts';

type Methods = {
  add: { input: { a: bigint; b: bigint }; output: bigint; notice: never };
  count: { input: number; output: string; notice: number };
  refuse: { input: null; output: null; notice: never };
  wait: { input: null; output: string; notice: string };
};

function start() {
  const [left, right] = linkedChannels();
  const stop = serveRpc<Methods>(right, {
    add: ({ a, b }) => Promise.resolve(a + b),
    count: (to, { notify }) => {
      for (let index = 1; index <= to; index += 1) notify(index);
      return Promise.resolve('done');
    },
    refuse: () => Promise.reject(new CamError(failure('db.auth', { vendorCode: 'ORA-01017' }))),
    wait: (_input, { signal, notify }) => {
      notify('started');
      return new Promise((_resolve, reject) => {
        onAbort(signal, (reason) => {
          reject(new AbortedError(reason));
        });
      });
    },
  });
  return { left, right, stop, client: createRpcClient<Methods>(left, () => failure('worker.crashed')) };
}

describe('a call', () => {
  it('brings back what the handler returned, big integers too', async () => {
    const { client } = start();
    await expect(client.call('add', { a: 2n ** 62n, b: 1n })).resolves.toBe(2n ** 62n + 1n);
  });

  it('hears its notices in order before the reply', async () => {
    const { client } = start();
    const heard: number[] = [];
    await client.call('count', 3, { onNotice: (value) => void heard.push(value) });
    expect(heard).toEqual([1, 2, 3]);
  });

  it('fails with the failure that the handler threw, vendor code and all', async () => {
    const { client } = start();
    await expect(client.call('refuse', null)).rejects.toMatchObject({ failure: { code: 'db.auth', vendorCode: 'ORA-01017' } });
  });

  it('settles as aborted only when the other side says so, with the reason that was given', async () => {
    const { client } = start();
    const controller = new AbortController();
    const started = Promise.withResolvers<undefined>();
    const call = client.call('wait', null, { signal: controller.signal, onNotice: () => started.resolve(undefined) });
    await started.promise;
    abort(controller, { kind: 'timeout', afterMs: 5, what: 'attempt' });
    await expect(call).rejects.toMatchObject({ reason: { kind: 'timeout', afterMs: 5 } });
    expect(client.pending).toBe(0);
  });

  it('to an unknown method is refused by name', async () => {
    const { client } = start();
    await expect(client.call('constructor' as 'add', { a: 1n, b: 1n })).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
  });

  it('that waits is rejected when the channel closes, and so is a later one', async () => {
    const { client, right } = start();
    const waiting = client.call('wait', null);
    right.close();
    await expect(waiting).rejects.toMatchObject({ failure: { code: 'worker.crashed' } });
    await expect(client.call('add', { a: 1n, b: 1n })).rejects.toMatchObject({ failure: { code: 'worker.crashed' } });
  });

  it('is aborted on the serving side when the caller goes away', async () => {
    const { client, left, right } = start();
    const call = client.call('wait', null);
    call.catch(() => undefined);
    const closed = new Promise<void>((resolve) => right.onClose(resolve));
    left.close();
    await closed;
    await expect(call).rejects.toBeInstanceOf(CamError);
  });
});
