/** The program that tries whether the Oracle client library loads; the folder is its argument, empty for none. */
import { probeOracleClient } from '../drivers/oracle-client-probe.ts';
import { leaveInterruptsToParent } from './interrupts.ts';
import { currentProcessChannel } from './process-channel.ts';
import { endOnStrayRejection } from './stray-rejections.ts';

endOnStrayRejection();
leaveInterruptsToParent();
const folder = process.argv[2] ?? '';
const channel = currentProcessChannel();
channel.post(probeOracleClient(folder === '' ? undefined : folder));
// The parent ends the channel, and with it this process, when it has heard.
channel.onMessage(() => undefined);
