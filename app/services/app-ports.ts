/** What the core is given by the host it runs in. Below `createApp` nobody reads files of configuration, the environment or the clock by itself. */
import type { Clock } from '../base/clock.ts';
import type { KerberosMachine } from '../kerberos/krb5-conf.ts';
import type { AppInfo } from '../contract/methods.ts';
import type { SpawnProcess } from '../worker/process.ts';

/** What only a desktop can do; each is absent where the host cannot. */
export interface DesktopPorts {
  /** Asks for a file or folder; `null` when the person changed their mind. */
  readonly pick?: (kind: 'file' | 'folder', title: string) => Promise<string | null>;
  /** Shows a file in the file manager. */
  readonly showFile?: (path: string) => Promise<void>;
  /** Opens a `mailto:` address. */
  readonly openMail?: (url: string) => Promise<void>;
  /** Shows a notification. */
  readonly notify?: (title: string, body: string) => void;
}

/** Named secrets in the operating system's own store. */
export interface SecretPort {
  /** Why nothing can be kept here, one sentence; `undefined` where it can. */
  refusal(): Promise<string | undefined>;
  /** The secret, or `undefined` where there is none or it cannot be decrypted any more. */
  read(name: string): Promise<string | undefined>;
  /** Keeps a secret. @throws CamError `request.forbidden` where it would not be protected */
  write(name: string, secret: string): Promise<void>;
  /** Forgets a secret. */
  remove(name: string): Promise<void>;
}

/** The ports. All paths are absolute. */
export interface AppPorts {
  readonly host: AppInfo['host'];
  readonly version: string;
  readonly databasesFile: string;
  readonly settingsFile: string;
  /** True where a person named the settings file: then it must be there. */
  readonly settingsRequired: boolean;
  /** Folder of the program's own: spools, sample databases, logs by default. */
  readonly dataDirectory: string;
  /** Folder of the shipped SQL texts. */
  readonly sqlDirectory: string;
  /** The program of the history's threads: `app/hosts/history-entry`, as it is written or as it was built. */
  readonly historyEntry: string;
  /** Folder of the shipped rules. */
  readonly rulesDirectory: string;
  readonly homeDirectory: string;
  readonly machineZone: string;
  /** Name of the operating system's user; stands in for a SID that is not configured. */
  readonly user: string;
  /** Name of this machine. */
  readonly machineName: string;
  readonly clock: Clock;
  readonly spawn: SpawnProcess;
  /** Environment variables, for passwords that the configuration names. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly desktop: DesktopPorts;
  /** Absent where the host has no store for secrets. */
  readonly secrets?: SecretPort;
  /** The machine as far as finding a Kerberos ticket depends on it. */
  readonly machine: KerberosMachine;
  /** True in tests only: lets `driver: fake` pass. */
  readonly allowFakeDriver: boolean;
}
