/** Internet addresses and networks, of both versions. */

/** An address as a number of 32 or 128 bits. */
export interface Address {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

/** A network: all addresses whose first `prefix` bits are those of `address`. */
export interface Network {
  readonly address: bigint;
  readonly prefix: number;
  readonly bits: 32 | 128;
}

/** Reads `10.0.0.1` or `2001:db8::1`; `undefined` for anything else. */
export function parseAddress(text: string): Address | undefined {
  const value = text.includes(':') ? parseVersion6(text) : parseVersion4(text);
  return value === undefined ? undefined : { value, bits: text.includes(':') ? 128 : 32 };
}

/** Reads `10.0.0.0/8`; an address alone is a network of one. */
export function parseNetwork(text: string): Network | undefined {
  const [addressText = '', prefixText, ...more] = text.split('/');
  const address = parseAddress(addressText);
  if (address === undefined || more.length > 0) return undefined;
  const prefix = prefixText === undefined ? address.bits : /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Infinity;
  return prefix <= address.bits ? { address: address.value, prefix, bits: address.bits } : undefined;
}

/** Whether an address lies in a network of its version. */
export function isInNetwork(text: string, network: Network): boolean {
  const address = parseAddress(text.trim());
  if (address?.bits !== network.bits) return false;
  const shift = BigInt(network.bits - network.prefix);
  return address.value >> shift === network.address >> shift;
}

function parseVersion4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseVersion6(text: string): bigint | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const low = tail?.[2] === undefined ? undefined : parseVersion4(tail[2]);
  if (tail !== null && low === undefined) return undefined;
  const whole = low === undefined ? text : `${tail?.[1] ?? ''}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  const halves = whole.split('::');
  if (halves.length > 2) return undefined;
  const [front = [], back = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - front.length - back.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...front, ...Array.from({ length: missing }, () => '0'), ...back];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
