/** Reads a manifest as far as a check relies on it. */
import * as z from 'zod';
import type { BundleManifest } from '../../model/evidence-bundle.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What is checked; the rest is shown as it stands. */
const manifest = z.looseObject({
  format: z.literal('client-activity-monitor/evidence-bundle'),
  formatVersion: z.literal(1),
  runId: z.string(),
  headline: z.string(),
  user: z.string(),
  madeBy: z.string(),
  createdAt: z.string(),
  lastEvent: z.string(),
  zone: z.string(),
  missing: z.array(z.looseObject({ source: z.string(), message: z.string() })),
  key: z.strictObject({
    algorithm: z.literal('Ed25519'),
    publicKey: z.base64(),
    fingerprint: sha256,
    keptIn: z.enum(['system store', 'file of the program']),
  }),
  files: z.array(z.strictObject({ name: z.string().min(1), bytes: z.int().min(0), sha256 })).max(20_000),
});

/** @throws Error, one sentence, for anything but a manifest */
export function readManifest(content: Buffer): BundleManifest {
  const read = manifest.safeParse(jsonOf(content));
  if (!read.success) throw new Error(`its manifest is not understood (${read.error.issues[0]?.path.join('.') ?? ''})`);
  return read.data as unknown as BundleManifest;
}

function jsonOf(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    throw new Error('its manifest is not JSON');
  }
}
