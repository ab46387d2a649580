/** The program of a database's own process. */
import { startWorker } from '../worker/start-worker.ts';
import { leaveInterruptsToParent } from './interrupts.ts';
import { currentProcessChannel } from './process-channel.ts';
import { endOnStrayRejection } from './stray-rejections.ts';

endOnStrayRejection();
leaveInterruptsToParent();
startWorker(currentProcessChannel());
