/**
 * A program of its own: loads the Oracle client library of the folder given as first argument (none: wherever the system
 * finds one), tells the parent how that went (`LoadOutcome` of app/kerberos/oracle-load.ts) and ends.
 */
import oracledb from 'oracledb';

const folder = process.argv[2];
let outcome: { kind: 'loaded'; version: string } | { kind: 'refused'; code: string; text: string };
try {
  oracledb.initOracleClient(folder === undefined ? {} : { libDir: folder });
  outcome = { kind: 'loaded', version: oracledb.oracleClientVersionString };
} catch (error) {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  outcome = { kind: 'refused', code, text: error instanceof Error ? error.message : String(error) };
}
process.send?.(outcome, () => {
  process.disconnect();
});
