/** What the analyst has typed for the next run, as text: it is checked when shown and when sent. */
export interface FormSlice {
  /** A time, or the word `now`. */
  readonly lastEvent: string;
  /** Hours; empty for the settings' window. */
  readonly windowHours: string;
  /** Key of the rule; `null` for the settings' default. */
  readonly rule: string | null;
  /** Whether a run with a missing source fails instead of answering in part. */
  readonly strict: boolean;
}

/** The next run ends now and takes its window from the settings. */
export function initialForm(): FormSlice {
  return { lastEvent: 'now', windowHours: '', rule: null, strict: false };
}
