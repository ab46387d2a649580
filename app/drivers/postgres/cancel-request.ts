/**
 * PostgreSQL's cancel request: a connection of its own that names the server process to interrupt (PostgreSQL manual,
 * "Frontend/Backend Protocol", sections "Canceling Requests in Progress" and "Message Formats").
 */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { onAbort } from '../../base/abort.ts';

/** Which server process to interrupt; the server tells both numbers at logon. */
export interface BackendKey {
  readonly processId: number;
  readonly secretKey: number;
}

/** Where the server is. */
export interface ServerAddress {
  /** Its name, which its certificate has to bear. */
  readonly host: string;
  /** Where it was found under that name: asked again, a name may lead to another server, which knows nothing of the statement. */
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
}

const cancelCode = 80_877_102;
const tlsCode = 80_877_103;

/**
 * Sends a cancel request and waits until the server has closed the connection: only then has it passed the interrupt on.
 * The server never says whether there was anything to interrupt.
 * @throws Error when the server cannot be reached, or the signal is aborted first
 */
export async function requestCancel(server: ServerAddress, key: BackendKey, signal: AbortSignal): Promise<void> {
  const plain = connect({ host: server.address, port: server.port });
  const stopListening = onAbort(signal, () => {
    plain.destroy(new Error('the server did not take the cancel request in time'));
  });
  try {
    const socket = server.tls ? await encrypted(plain, server.host) : plain;
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', () => {
        resolve();
      });
      socket.resume();
      socket.write(message(cancelCode, key.processId, key.secretKey));
    });
  } finally {
    stopListening();
    plain.destroy();
  }
}

/** Asks for TLS as PostgreSQL wants it: in the clear first, answered by one letter. */
async function encrypted(plain: Socket, host: string): Promise<Socket> {
  const answer = await new Promise<string>((resolve, reject) => {
    plain.once('error', reject);
    plain.once('end', () => {
      reject(new Error('the server closed the connection'));
    });
    plain.once('data', (bytes: Buffer) => {
      resolve(bytes.toString('latin1'));
    });
    plain.write(message(tlsCode));
  });
  if (answer !== 'S') throw new Error('the server does not offer TLS');
  return connectTls({ socket: plain, host, ...(isIP(host) === 0 ? { servername: host } : {}) });
}

/** Length, code and numbers, each of 32 bits. */
function message(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * numbers.length);
  bytes.writeInt32BE(bytes.length, 0);
  numbers.forEach((number, index) => bytes.writeInt32BE(number, 4 + 4 * index));
  return bytes;
}
