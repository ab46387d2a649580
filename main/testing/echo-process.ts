/** A small program of our own kind, for tests: answers over the channel to its parent. */
import { type RpcHandlers, serveRpc } from '../../app/channel/rpc.ts';
import { currentProcessChannel } from '../../app/hosts/process-channel.ts';

/** What it can be asked. */
export type EchoMethods = {
  echo: { input: unknown; output: unknown; notice: never };
  describe: {
    input: string;
    output: { name: string | undefined; value: string | undefined; pid: number; flags: readonly string[] };
    notice: never;
  };
  print: { input: string; output: null; notice: never };
  exit: { input: number; output: never; notice: never };
  hang: { input: null; output: never; notice: never };
};

const handlers: RpcHandlers<EchoMethods> = {
  echo: (input) => Promise.resolve(input),
  describe: (variable) =>
    Promise.resolve({ name: process.argv[2], value: process.env[variable], pid: process.pid, flags: process.execArgv }),
  print: (text) => {
    process.stderr.write(text);
    return Promise.resolve(null);
  },
  exit: (code) => process.exit(code),
  // A client library that never comes back: the event loop is gone, and a polite signal is not heard.
  hang: () => {
    process.on('SIGTERM', () => undefined);
    for (;;);
  },
};

serveRpc(currentProcessChannel(), handlers);
