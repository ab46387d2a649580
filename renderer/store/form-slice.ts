/** What the analyst has typed for the next run, as text: it is checked when shown and when sent. */
export interface FormSlice {
  /** A time, or the word `now`. */
  readonly lastEvent: string;
  /** Hours; empty for the settings' window. */
  readonly windowHours: string;
  /** Key of the rule; `null` for the settings' default. */
  readonly rule: string | null;
  /** Beginning of the range of a hunt, as typed; `null` for one window. */
  readonly huntFrom: string | null;
  /** Whether a run with a missing source fails instead of answering in part. */
  readonly strict: boolean;
  /** The case that the next runs are done for; empty for none. It stays until it is cleared. */
  readonly caseReference: string;
  /** Names of the databases to ask; `null` for all. */
  readonly databases: readonly string[] | null;
  /** Values by partition key: the part of the data to ask for; a key without values stands for all of it. */
  readonly partitions: Readonly<Record<string, readonly string[]>>;
}

/** The next run ends now and takes its window from the settings. */
export function initialForm(): FormSlice {
  return {
    lastEvent: 'now',
    windowHours: '',
    rule: null,
    huntFrom: null,
    strict: false,
    caseReference: '',
    databases: null,
    partitions: {},
  };
}
