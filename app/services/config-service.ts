/** The configuration as it stands in the files, loaded anew when asked. */
import { Emitter } from '../base/emitter.ts';
import { loadConfiguration, type RulesPlace, schedulesFileOf } from '../config/load-configuration.ts';
import { saveSettings } from '../config/save-settings.ts';
import type { CheckedInput, ConfigView } from '../contract/methods.ts';
import { type ConfigProblem, type Configuration, endpointLabel } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import type { AppPorts } from './app-ports.ts';

/** Loads, shows and saves the configuration. */
export class ConfigService {
  readonly changed = new Emitter<ConfigView>();
  readonly #ports: AppPorts;
  #configuration: Configuration | undefined;
  #problems: readonly ConfigProblem[] = [];
  #rulesPlace: RulesPlace;

  constructor(ports: AppPorts) {
    this.#ports = ports;
    this.#rulesPlace = { directory: ports.rulesDirectory };
  }

  /** Where the rules are; known although the configuration has problems. */
  get rulesPlace(): RulesPlace {
    return this.#rulesPlace;
  }

  /** Reads the files again and tells whoever listens. */
  async reload(): Promise<ConfigView> {
    const { databasesFile, settingsFile, settingsRequired, homeDirectory, dataDirectory, machineZone, user, allowFakeDriver } = this.#ports;
    const { rulesDirectory } = this.#ports;
    const loaded = await loadConfiguration({
      databasesFile,
      rulesDirectory,
      settingsFile,
      settingsRequired,
      homeDir: homeDirectory,
      dataDir: dataDirectory,
      machineZone,
      user,
      allowFakeDriver,
      nowMs: this.#ports.clock.nowMs(),
    });
    this.#rulesPlace = loaded.rulesPlace;
    this.#configuration = loaded.ok ? loaded.configuration : undefined;
    this.#problems = loaded.ok ? [] : loaded.problems;
    const view = this.view();
    this.changed.emit(view);
    return view;
  }

  /** The configuration, or `undefined` while there are problems. */
  usable(): Configuration | undefined {
    return this.#configuration;
  }

  /** Who uses the program: the SID of the settings, else the system's user. */
  get user(): string {
    return this.#configuration?.settings.sid ?? this.#ports.user;
  }

  /** The usable configuration. @throws CamError `config.invalid` while there are problems */
  current(): Configuration {
    if (this.#configuration !== undefined) return this.#configuration;
    const [first] = this.#problems;
    throw new CamError(
      failure('config.invalid', {
        message: `The configuration has ${String(this.#problems.length)} ${this.#problems.length === 1 ? 'mistake' : 'mistakes'}; nothing is started with it.`,
        ...(first === undefined ? {} : { detail: this.#problems.map(problemLine).join('\n') }),
      }),
    );
  }

  /** The file of planned runs, whether it is there or not. */
  schedulesFile(): string {
    return this.#configuration?.schedulesFile ?? schedulesFileOf(this.#ports.settingsFile);
  }

  /** What a face shows. */
  view(): ConfigView {
    const configuration = this.#configuration;
    return {
      databasesFile: this.#ports.databasesFile,
      settingsFile: this.#ports.settingsFile,
      sampleData: configuration?.sampleData ?? false,
      databases: (configuration?.databases ?? []).map((database) => ({
        name: database.name,
        driver: database.driver,
        endpoint: endpointLabel(database.endpoint),
        zone: database.zone,
        queries: database.queries.map(({ name, changeType, file }) => ({ name, changeType, file })),
      })),
      ...(configuration === undefined ? {} : partitionsOf(configuration)),
      rules: (configuration?.rules.rules ?? []).map(({ text: _text, ...summary }) => summary),
      ...(configuration === undefined ? {} : { settings: configuration.settings }),
      problems: this.#problems,
    };
  }

  /** Writes the settings, keeping comments, and reads everything again. @throws CamError when they cannot be written */
  async save(change: CheckedInput<'settings.save'>): Promise<ConfigView> {
    await saveSettings(this.#ports.settingsFile, change, this.#configuration?.settings);
    return this.reload();
  }
}

/** A problem as one line: `file:line:column key: what is wrong What to write instead`. */
export function problemLine(problem: ConfigProblem): string {
  const key = problem.key === '' ? '' : ` ${problem.key}:`;
  return `${problem.file}:${String(problem.line)}:${String(problem.column)}${key} ${problem.message} ${problem.action}`;
}

function partitionsOf({ groups, databases }: Configuration): Pick<ConfigView, 'partitions'> {
  const keys = [...new Set(groups.flatMap((group) => group.partitionBy ?? []))];
  if (keys.length === 0) return {};
  const valuesOf = (key: string): readonly string[] => [...new Set(databases.flatMap(({ partitions }) => partitions[key] ?? []))];
  return { partitions: keys.map((key) => ({ key, values: valuesOf(key) })) };
}
