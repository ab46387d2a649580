/** Names and sizes that writer and check agree on. */

/** The manifest: canonical JSON. */
export const manifestName = 'manifest.json';
/** Its signature, 128 hexadecimal digits. */
export const signatureName = 'manifest.sig';
/** The public key as PEM, for tools of others; the manifest has it too. */
export const publicKeyName = 'public-key.pem';

const sealStart = 'client-activity-monitor evidence seal v1 ';

/**
 * The comment at the end of the zip: a signature over the hash of every byte before it. It covers what no hash of a file
 * does: names, times and sizes in the headers of the zip itself.
 */
export function sealComment(signature: string): string {
  return `${sealStart}${signature}`;
}

/** How long the comment is; the same for every bundle. */
export const sealLength = sealStart.length + 128;

/** The signature in a comment; `undefined` where it is none. */
export function sealOf(comment: string): string | undefined {
  const signature = comment.startsWith(sealStart) ? comment.slice(sealStart.length) : '';
  return /^[0-9a-f]{128}$/.test(signature) ? signature : undefined;
}
