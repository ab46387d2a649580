/** Loads the Oracle client library into this process, which can crash, hang, and do it only once: so it is a process of its own. */
import oracledb from 'oracledb';
import { errorCode, errorMessage } from '../base/error-text.ts';

/** How the attempt went; the shape is `LoadOutcome` of app/kerberos/oracle-load.ts. */
export type ProbeOutcome =
  { readonly kind: 'loaded'; readonly version: string } | { readonly kind: 'refused'; readonly code: string; readonly text: string };

/** Loads the library of the folder; `undefined`: wherever the system finds one. */
export function probeOracleClient(folder: string | undefined): ProbeOutcome {
  try {
    oracledb.initOracleClient(folder === undefined ? {} : { libDir: folder });
    return { kind: 'loaded', version: oracledb.oracleClientVersionString };
  } catch (error) {
    const code = errorCode(error) ?? 'unknown';
    return { kind: 'refused', code, text: errorMessage(error) };
  }
}
