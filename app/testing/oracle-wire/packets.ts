/**
 * TNS packets: the frames around everything. Lengths are 16 bits wide up to and including ACCEPT, 32 bits afterwards.
 * Facts: node_modules/oracledb/lib/thin/sqlnet/packet.js and ntTcp.js.
 */

/** Packet types (byte 4 of the header). */
export const packetType = { connect: 1, accept: 2, refuse: 4, data: 6, marker: 12 } as const;

/** Data flags (bytes 8 and 9 of a DATA packet). */
export const dataFlag = { endOfConnection: 0x0040, endOfRequest: 0x0800, endOfResponse: 0x2000 } as const;

/** Marker kinds (byte 10 of a MARKER packet). */
export const marker = { break: 1, reset: 2, interrupt: 3 } as const;

const headerSize = 8;
const dataOffset = 10;

/** How wide the length in a packet's header is: 2 bytes before ACCEPT, 4 after it. */
export type LengthWidth = 2 | 4;

/** One packet as it arrived, header included. */
export interface Packet {
  readonly type: number;
  readonly bytes: Buffer;
}

/** Cuts a stream of bytes into packets. Set `width` to 4 when ACCEPT is sent. */
export class PacketSplitter {
  width: LengthWidth = 2;
  #rest: Buffer = Buffer.alloc(0);

  /** The packets completed by these bytes. @throws RangeError on a length that cannot be */
  push(bytes: Buffer): Packet[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const packets: Packet[] = [];
    while (this.#rest.length >= headerSize) {
      const length = this.width === 2 ? this.#rest.readUInt16BE(0) : this.#rest.readUInt32BE(0);
      if (length < headerSize) throw new RangeError(`packet of ${String(length)} bytes`);
      if (length > this.#rest.length) break;
      packets.push({ type: this.#rest.readUInt8(4), bytes: this.#rest.subarray(0, length) });
      this.#rest = this.#rest.subarray(length);
    }
    return packets;
  }
}

/** What a DATA packet carries. */
export function readData(packet: Packet): { readonly flags: number; readonly payload: Buffer } {
  return { flags: packet.bytes.readUInt16BE(headerSize), payload: packet.bytes.subarray(dataOffset) };
}

/** What a CONNECT packet asks for. `text` is undefined where the connect data follows in a packet of its own. */
export interface ConnectRequest {
  readonly version: number;
  readonly sdu: number;
  readonly text: string | undefined;
}

export function readConnect(packet: Packet): ConnectRequest {
  const { bytes } = packet;
  const length = bytes.readUInt16BE(24);
  const offset = bytes.readUInt16BE(26);
  const sdu = bytes.length >= 62 ? bytes.readUInt32BE(58) : bytes.readUInt16BE(14);
  const inside = bytes.length >= offset + length && bytes.length > offset;
  return { version: bytes.readUInt16BE(8), sdu, text: inside ? bytes.toString('latin1', offset, offset + length) : undefined };
}

/** Service name or SID of connect data such as `(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=…)))`. */
export function readConnectData(text: string): { readonly service?: string; readonly sid?: string } {
  const service = /\(\s*SERVICE_NAME\s*=\s*([^()]*?)\s*\)/i.exec(text)?.[1];
  const sid = /\(\s*SID\s*=\s*([^()]*?)\s*\)/i.exec(text)?.[1];
  return { ...(service === undefined ? {} : { service }), ...(sid === undefined ? {} : { sid }) };
}

/** ACCEPT: version and SDU are settled, native network negotiation is declined, nothing is compressed. */
export function acceptPacket(version: number, sdu: number, flags: number): Buffer {
  const bytes = Buffer.alloc(45);
  bytes.writeUInt16BE(bytes.length, 0);
  bytes.writeUInt8(packetType.accept, 4);
  bytes.writeUInt16BE(version, 8);
  bytes.writeUInt16BE(1, 10);
  bytes.writeUInt16BE(Math.min(sdu, 0xffff), 12);
  bytes.writeUInt16BE(0xffff, 14);
  bytes.writeUInt16BE(1, 16);
  bytes.writeUInt16BE(bytes.length, 20);
  bytes.writeUInt8(8, 22);
  bytes.writeUInt8(8, 23);
  bytes.writeUInt32BE(sdu, 32);
  bytes.writeUInt32BE(0x20_0000, 36);
  bytes.writeUInt32BE(flags, 41);
  return bytes;
}

/** REFUSE with an ORA- number, as a listener says 12514 (service) or 12505 (SID). */
export function refusePacket(code: number): Buffer {
  const text = `(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=${String(code)})(ERROR_STACK=(ERROR=(CODE=${String(code)})(EMFI=4))))`;
  const bytes = Buffer.alloc(12 + text.length);
  bytes.writeUInt16BE(bytes.length, 0);
  bytes.writeUInt8(packetType.refuse, 4);
  bytes.writeUInt8(34, 8);
  bytes.writeUInt16BE(text.length, 10);
  bytes.write(text, 12, 'latin1');
  return bytes;
}

/** MARKER after ACCEPT. */
export function markerPacket(kind: number): Buffer {
  const bytes = Buffer.alloc(11);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt8(packetType.marker, 4);
  bytes.writeUInt8(1, 8);
  bytes.writeUInt8(kind, 10);
  return bytes;
}

/** How many bytes of a message one packet of this SDU carries. */
export function payloadSize(sdu: number): number {
  return sdu - dataOffset;
}

/** DATA packets after ACCEPT for one message, cut at the SDU wherever it falls; `lastFlags` go on the last packet. */
export function dataPackets(message: Buffer, sdu: number, lastFlags: number): Buffer {
  const room = payloadSize(sdu);
  const count = Math.max(1, Math.ceil(message.length / room));
  const bytes = Buffer.allocUnsafe(message.length + count * dataOffset);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const part = message.subarray(index * room, (index + 1) * room);
    bytes.writeUInt32BE(part.length + dataOffset, at);
    bytes.writeUInt32BE(packetType.data * 0x100_0000, at + 4);
    bytes.writeUInt16BE(index === count - 1 ? lastFlags : 0, at + 8);
    bytes.set(part, at + dataOffset);
    at += part.length + dataOffset;
  }
  return bytes;
}
