/** The doorway of a sandboxed page: one call, one subscription, and the names of the events that are let through. */
import { contextBridge, ipcRenderer } from 'electron';
import type { CamTransport, EventName } from '../app/contract/methods.ts';
import { callChannel, eventChannel } from './ipc-channels.ts';

// Written out, because importing the contract's own list would bring its whole validation into the page's doorway.
const events: Readonly<Record<EventName, true>> = {
  'run.event': true,
  'config.changed': true,
  'preflight.changed': true,
  'export.progress': true,
  'history.changed': true,
  'history.checking': true,
  'health.changed': true,
  'schedule.changed': true,
  'log.entry': true,
};

const transport: CamTransport = {
  invoke: (method, input) => ipcRenderer.invoke(callChannel, method, input),
  subscribe: (listener) => {
    const receive = (_event: unknown, name: string, payload: unknown): void => {
      if (Object.hasOwn(events, name)) listener(name, payload);
    };
    ipcRenderer.on(eventChannel, receive);
    return () => {
      ipcRenderer.off(eventChannel, receive);
    };
  },
};

contextBridge.exposeInMainWorld('cam', transport);
