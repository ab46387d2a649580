/** The evidence bundle as plain data: what its manifest says, and what a check of one finds. */
import type { Instant } from './instant.ts';
import type { ExportedFile, ReportMetadata } from './report.ts';
import type { RunPlan } from './plan.ts';

/** One file of a bundle, as the manifest lists it. */
export interface BundleFile {
  /** Path inside the bundle, with `/`. */
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of its content, as 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Where the private key is kept: decides how far the signature can be trusted. */
export type KeyPlace = 'system store' | 'file of the program';

/** The key that has signed, without what is secret. */
export interface BundleKey {
  readonly algorithm: 'Ed25519';
  /** Subject public key info in DER, as base64. */
  readonly publicKey: string;
  /** SHA-256 of the DER, as 64 hexadecimal digits: what people compare. */
  readonly fingerprint: string;
  readonly keptIn: KeyPlace;
}

/** One query as it was sent. */
export interface BundleQuery {
  readonly source: string;
  /** Path of its text inside the bundle. */
  readonly file: string;
  readonly sha256: string;
  /** Values of its binds; lists of other queries are named, not written out. */
  readonly binds: Readonly<Record<string, unknown>>;
}

/** What the manifest tells besides the files and the key. */
export interface BundleFacts extends ReportMetadata {
  /** Who made the bundle; `user` is who asked for the run. */
  readonly madeBy: string;
  readonly madeOn: string;
  readonly plan: Pick<RunPlan, 'startDate' | 'strict' | 'notes'>;
  readonly ruleText: { readonly file: string; readonly sha256: string };
  readonly queries: readonly BundleQuery[];
  /** Sources whose statement is not in the bundle: their configuration has been changed since they were asked. */
  readonly changedQueries: readonly string[];
  /** The run was opened again from a kept result: settings are those of the program that made the bundle. */
  readonly isReopened: boolean;
  /** `isWhole` is false where older lines are not known any more; `dropped` counts those that are known to be missing. */
  readonly log: { readonly file: string; readonly lines: number; readonly dropped: number; readonly isWhole: boolean };
}

/** The manifest: signed as a whole. */
export interface BundleManifest extends BundleFacts {
  readonly format: 'client-activity-monitor/evidence-bundle';
  readonly formatVersion: 1;
  readonly key: BundleKey;
  /** Every file but the manifest and its signature, by name. */
  readonly files: readonly BundleFile[];
}

/** What was written; `rows` are those of all sources. */
export interface WrittenBundle extends ExportedFile {
  readonly files: number;
  readonly fingerprint: string;
}

/** Something about a bundle that does not hold. */
export interface BundleFinding {
  readonly kind:
    'unreadable' | 'seal' | 'signature' | 'foreign-key' | 'changed-file' | 'missing-file' | 'extra-file' | 'doubled-file' | 'refused';
  /** The file inside the bundle, where it is about one. */
  readonly file?: string;
  /** One sentence. */
  readonly message: string;
}

/** What a check has found. */
export interface BundleCheck {
  /** True only where nothing was found. */
  readonly isIntact: boolean;
  readonly findings: readonly BundleFinding[];
  /** Absent where the manifest could not be read. What it says holds only where `isIntact`. */
  readonly manifest?: BundleManifest;
  readonly checkedAt: Instant;
}
