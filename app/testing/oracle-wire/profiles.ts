/** The server versions the listener can play; they differ in what is negotiated and in the fields of messages. */

/** Which server is played. */
export type ProfileName = '12.2' | '19c' | '23ai';

/** What a version means on the wire. */
export interface Profile {
  /** TNS protocol version answered in ACCEPT. */
  readonly tnsVersion: number;
  /** TTC field version: which optional fields messages have. */
  readonly fieldVersion: number;
  readonly acceptFlags: number;
  /** Protocol, data types and the first authentication message come in one request. */
  readonly fastAuthentication: boolean;
  /** Responses say themselves where they end. */
  readonly endOfResponse: boolean;
  /** BOOLEAN is a column type. */
  readonly hasBoolean: boolean;
  readonly banner: string;
  /** Version, release, update, port release, port update. */
  readonly version: readonly [number, number, number, number, number];
}

/** All profiles by name. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  '12.2': {
    tnsVersion: 315,
    fieldVersion: 8,
    acceptFlags: 0,
    fastAuthentication: false,
    endOfResponse: false,
    hasBoolean: false,
    banner: 'wire stand-in 12.2',
    version: [12, 2, 0, 1, 0],
  },
  '19c': {
    tnsVersion: 318,
    fieldVersion: 12,
    acceptFlags: 0,
    fastAuthentication: false,
    endOfResponse: false,
    hasBoolean: false,
    banner: 'wire stand-in 19c',
    version: [19, 21, 0, 0, 0],
  },
  '23ai': {
    tnsVersion: 319,
    fieldVersion: 24,
    acceptFlags: 0x1200_0000,
    fastAuthentication: true,
    endOfResponse: true,
    hasBoolean: true,
    banner: 'wire stand-in 23ai',
    version: [23, 4, 0, 24, 5],
  },
};

/** The version as `AUTH_VERSION_NO` packs it. */
export function packedVersion({ fieldVersion, version }: Profile): number {
  const [major, release, update, port, portUpdate] = version;
  return fieldVersion >= 11
    ? major * 0x100_0000 + release * 0x1_0000 + update * 0x1000 + port * 0x10 + portUpdate
    : major * 0x100_0000 + release * 0x10_0000 + update * 0x1000 + port * 0x100 + portUpdate;
}
