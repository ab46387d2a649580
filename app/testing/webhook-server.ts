/** A receiver of webhooks on this machine. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was received. */
export interface ReceivedHook {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** The receiver. */
export interface WebhookServer {
  readonly url: string;
  readonly received: readonly ReceivedHook[];
  /** Answers with these codes one after another, the last one from then on; `null`: no answer at all. */
  answer(...codes: readonly (number | null)[]): void;
  /** Answers from now on with 200 and a body that never ends. */
  answerInPart(): void;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startWebhookServer(): Promise<WebhookServer> {
  const received: ReceivedHook[] = [];
  let codes: (number | null)[] = [200];
  let endsBody = true;
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      received.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: JSON.parse(text) as unknown });
      const code = codes.length > 1 ? codes.shift() : codes[0];
      if (code === null || code === undefined) return;
      response.writeHead(code, code === 302 ? { location: 'http://127.0.0.1:1/elsewhere' } : {});
      if (endsBody) response.end('{}');
      else response.write('{');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/hook`,
    received,
    answer: (...next) => {
      codes = [...next];
    },
    answerInPart: () => {
      codes = [200];
      endsBody = false;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
