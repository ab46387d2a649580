/** Thin or Thick: Kerberos needs Oracle's own client library, and that choice is one for the whole process. */
import { CamError, failure } from '../../model/failure.ts';
import { readOracleError } from './errors.ts';

/** The part of `oracledb` that is concerned. */
export interface ClientLibrary {
  /** False once the client library has been loaded. */
  readonly thin: boolean;
  initOracleClient(options?: { libDir?: string }): void;
}

/**
 * Loads the Instant Client unless it has been. On Linux it is found by LD_LIBRARY_PATH, which the process was started with;
 * elsewhere its folder is named here. A Thin library takes an external logon too, and only the server refuses it: so
 * the mode is checked, and what is missing is said here.
 * @throws CamError `db.client-missing`
 */
export function useThickClient(library: ClientLibrary, instantClientDir: string | undefined, platform: NodeJS.Platform): void {
  if (isThick(library)) return;
  try {
    library.initOracleClient(platform === 'linux' || instantClientDir === undefined ? {} : { libDir: instantClientDir });
  } catch (error) {
    throw missing(error);
  }
  if (!isThick(library)) throw missing(new Error('The library stays in Thin mode.'));
}

function isThick({ thin }: ClientLibrary): boolean {
  return !thin;
}

function missing(error: unknown): CamError {
  const { vendorCode, text } = readOracleError(error);
  return new CamError(
    failure('db.client-missing', {
      message: 'Kerberos needs the Oracle Instant Client, and it cannot be loaded.',
      ...(vendorCode === undefined ? {} : { vendorCode }),
      detail: text,
    }),
    { cause: error },
  );
}
