import type { MethodInput } from '../../app/contract/methods.ts';
import { type Failure, toFailure } from '../../app/model/failure.ts';
import { patch } from '../store/app-store.ts';
import type { ActionPorts } from './ports.ts';

/** What can be done about the configuration. */
export interface ConfigurationActions {
  /** Reads the files again. A failure is told by a notice. */
  readonly reloadConfiguration: () => Promise<void>;
  /** Writes the settings. Returns why not, or `null`. */
  readonly saveSettings: (change: MethodInput<'settings.save'>) => Promise<Failure | null>;
  /** Asks for a file or folder; `null` when the person changed their mind or the host cannot ask. */
  readonly pickPath: (kind: 'file' | 'folder', title: string) => Promise<string | null>;
}

/** Makes the configuration actions. */
export function createConfigurationActions({ client, store, notify }: ActionPorts): ConfigurationActions {
  return {
    reloadConfiguration: async () => {
      try {
        const config = await client.call('config.reload', {});
        patch(store, 'session', { config });
        notify({ kind: 'configuration-reloaded', problems: config.problems.length });
      } catch (error) {
        notify({ kind: 'failed', failure: toFailure(error) });
      }
    },
    saveSettings: async (change) => {
      try {
        patch(store, 'session', { config: await client.call('settings.save', change) });
        notify({ kind: 'settings-saved' });
        return null;
      } catch (error) {
        return toFailure(error);
      }
    },
    pickPath: async (kind, title) => {
      try {
        return (await client.call('desktop.pick', { kind, title })).path;
      } catch (error) {
        notify({ kind: 'failed', failure: toFailure(error) });
        return null;
      }
    },
  };
}
