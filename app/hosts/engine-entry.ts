/** The program of the engine's process. */
import { serveEngine } from '../engine/engine-process.ts';
import { leaveInterruptsToParent } from './interrupts.ts';
import { currentProcessChannel } from './process-channel.ts';
import { endOnStrayRejection } from './stray-rejections.ts';

endOnStrayRejection();
leaveInterruptsToParent();
const directory = process.env.CAM_ENGINE_DIRECTORY;
if (directory === undefined) throw new Error('CAM_ENGINE_DIRECTORY is not set');
await serveEngine(currentProcessChannel(), { directory });
