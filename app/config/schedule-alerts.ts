/** The alerts of a schedule: one channel each, and no secret in any of them. */
import * as z from 'zod';
import { type AlertChannel, type AlertConfig, alertReasons } from '../model/schedule-config.ts';
import { alertSchema, type RawAlert } from './schedules-schema.ts';
import { check } from './schema-problems.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

const channels = ['desktop', 'command', 'webhook', 'email'] as const;
type Channel = (typeof channels)[number];

/** Reads the alerts; those with mistakes are reported and left out. */
export function readAlerts(
  source: YamlSource,
  path: KeyPath,
  raw: readonly unknown[],
  recipients: readonly string[],
): readonly AlertConfig[] {
  const counts = new Map<Channel, number>();
  return raw.flatMap((value, index) => {
    const at = [...path, index];
    const { sound } = check(source, at, value, alertSchema);
    if (sound === undefined) return [];
    const named = channels.filter((channel) => sound[channel] !== undefined && sound[channel] !== null);
    const [kind] = named;
    if (kind === undefined || named.length > 1) {
      const message = kind === undefined ? 'The alert does not say where it goes.' : `The alert names ${named.join(' and ')}.`;
      source.report(at, message, `Write exactly one of ${channels.join(', ')}; make an alert for each.`);
      return [];
    }
    const channel = channelOf(source, at, kind, sound, recipients);
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return channel === undefined
      ? []
      : [{ id: count === 1 ? kind : `${kind} ${String(count)}`, on: [...new Set(sound.on ?? alertReasons)], channel }];
  });
}

function channelOf(
  source: YamlSource,
  path: KeyPath,
  kind: Channel,
  raw: RawAlert,
  recipients: readonly string[],
): AlertChannel | undefined {
  if (kind !== 'command' && raw.timeout_seconds != null) {
    source.report([...path, 'timeout_seconds'], 'timeout_seconds is the limit of a command.', 'Take it out here.');
  }
  switch (kind) {
    case 'desktop':
      return { kind };
    case 'command':
      return { kind, command: raw.command ?? [], timeoutMs: (raw.timeout_seconds ?? 30) * 1000 };
    case 'email':
      return emailOf(source, [...path, 'email'], raw.email ?? {}, recipients);
    case 'webhook':
      return raw.webhook == null ? undefined : webhookOf(source, [...path, 'webhook'], raw.webhook);
  }
}

function emailOf(
  source: YamlSource,
  path: KeyPath,
  { to }: NonNullable<RawAlert['email']>,
  recipients: readonly string[],
): AlertChannel | undefined {
  const addresses = to ?? recipients;
  if (addresses.length === 0) {
    source.report(path, 'Nobody is named to whom the mail goes.', 'Add to: [soc@example.com], or email_recipients in the settings.');
    return undefined;
  }
  addresses.forEach((address, index) => {
    if (z.email().safeParse(address).success) return;
    source.report([...path, 'to', index], 'This is not an e-mail address.', 'Write an address such as soc@example.com.');
  });
  return { kind: 'email', to: addresses };
}

function webhookOf(source: YamlSource, path: KeyPath, raw: NonNullable<RawAlert['webhook']>): AlertChannel | undefined {
  const problem = problemOfUrl(raw.url);
  if (problem !== undefined) source.report([...path, 'url'], ...problem);
  const { header, value_env: valueEnv } = raw;
  if ((header == null) !== (valueEnv == null)) {
    const [has, lacks] = header == null ? ['value_env', 'header'] : ['header', 'value_env'];
    source.report(
      [...path, has],
      `${has} stands without ${lacks}.`,
      'Write both: the name of the header and of the variable with its value.',
    );
  }
  return {
    kind: 'webhook',
    url: raw.url,
    ...(header == null || valueEnv == null ? {} : { header: { name: header, valueEnv } }),
    timeoutMs: (raw.timeout_seconds ?? 10) * 1000,
    retries: raw.retries ?? 2,
  };
}

/** What is said in an alert must not be read on the way, and nothing secret stands in an address. */
function problemOfUrl(text: string): readonly [message: string, action: string] | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return ['This is not an address.', 'Write one such as https://hooks.example.com/cam.'];
  if (url.username !== '' || url.password !== '')
    return ['There is a user or a password in the address.', 'Take it out; name a header, and a variable with its value.'];
  if (url.protocol === 'https:') return undefined;
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && isHere) return undefined;
  return ['Alerts go over https, or to this machine.', 'Write an https address.'];
}
