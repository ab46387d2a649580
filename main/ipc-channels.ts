/** The two channels between window and main process. There are no others. */

/** Window → main: `(method, input)`, answered with the contract's envelope. */
export const callChannel = 'cam:call';

/** Main → window: `(event, payload)`. */
export const eventChannel = 'cam:event';
