/** Signatures of a bundle: Ed25519, over texts that say what they are for, so that none can stand in for another. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { BundleKey, KeyPlace } from '../../model/evidence-bundle.ts';

/** What a signature is made for. */
export type SignedPart = 'manifest' | 'seal';

/** A new private key as PEM (PKCS #8). */
export function newPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The public side of a private key. @throws Error for anything but an Ed25519 key */
export function publicKeyOf(privateKey: string, keptIn: KeyPlace): BundleKey {
  const key = createPublicKey(createPrivateKey(privateKey));
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
  const der = key.export({ type: 'spki', format: 'der' });
  return { algorithm: 'Ed25519', publicKey: der.toString('base64'), fingerprint: fingerprintOf(der), keptIn };
}

/** The public key as PEM, for tools of others. */
export function publicPem({ publicKey }: Pick<BundleKey, 'publicKey'>): string {
  return readPublicKey(publicKey).export({ type: 'spki', format: 'pem' }).toString();
}

/** SHA-256 of a public key in DER, in hexadecimal. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex');
}

/** The signature in lower-case hexadecimal. */
export function signPart(part: SignedPart, content: Uint8Array, privateKey: string): string {
  return sign(null, labelled(part, content), createPrivateKey(privateKey)).toString('hex');
}

/** Whether the signature is the key's, and is written the one way in which it may be. */
export function isSigned(part: SignedPart, content: Uint8Array, signature: string, publicKey: string): boolean {
  if (!/^[0-9a-f]{128}$/.test(signature)) return false;
  return verify(null, labelled(part, content), readPublicKey(publicKey), Buffer.from(signature, 'hex'));
}

/** @throws Error for anything but an Ed25519 key in canonical base64 */
function readPublicKey(base64: string): KeyObject {
  const der = Buffer.from(base64, 'base64');
  const key = createPublicKey({ key: der, type: 'spki', format: 'der' });
  if (key.asymmetricKeyType !== 'ed25519' || der.toString('base64') !== base64) throw new Error('not an Ed25519 key');
  return key;
}

function labelled(part: SignedPart, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`client-activity-monitor/evidence-bundle/v1/${part}\0`), content]);
}
