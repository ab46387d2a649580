/** The program of a database's own process. */
import { startWorker } from '../worker/start-worker.ts';
import { currentProcessChannel } from './process-channel.ts';

startWorker(currentProcessChannel());
