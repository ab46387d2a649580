/** Messages to another process, whatever the transport: a forked process, a utility process, a linked pair in memory. */

/** One end of a connection. Messages are plain data and arrive in order. */
export interface Channel {
  /** Sends a message. After the channel has closed this does nothing: the close listener has told already. */
  post(message: unknown): void;
  /** Adds the listener for incoming messages; the returned function takes it off. */
  onMessage(listener: (message: unknown) => void): () => void;
  /** Called once when the other side is gone or the channel was closed here; at once if it is closed already. */
  onClose(listener: () => void): () => void;
  /** Closes this end; the other end's close listeners are called too. */
  close(): void;
}
