/**
 * Tells from the first bytes of a shared library for which system and processor it was built, so that a wrong download is
 * named before a loader answers with a riddle. Facts: ELF specification; Microsoft's PE format page; Apple's mach-o/loader.h.
 */

/** What a library was built for; architectures by Node's names (`x64`, `arm64`, …), or `unknown <number>`. */
export type LibraryKind =
  | { readonly kind: 'library'; readonly platform: 'linux' | 'win32' | 'darwin'; readonly architectures: readonly string[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'other' };

/** Bytes to read of the file's beginning: enough for any of the three headers. */
export const libraryHeaderBytes = 4096;

const elfMachines: Readonly<Record<number, string>> = {
  0x03: 'ia32',
  0x15: 'ppc64',
  0x16: 's390x',
  0x28: 'arm',
  0x3e: 'x64',
  0xb7: 'arm64',
};
const peMachines: Readonly<Record<number, string>> = { 0x14c: 'ia32', 0x8664: 'x64', 0xaa64: 'arm64' };
const machMachines: Readonly<Record<number, string>> = { 7: 'ia32', 0x01000007: 'x64', 0x0100000c: 'arm64' };

/** Reads a library's header. Never throws, whatever the bytes. */
export function libraryKindOf(head: Uint8Array): LibraryKind {
  if (head.length === 0) return { kind: 'empty' };
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return elf(view) ?? portableExecutable(view) ?? mach(view) ?? { kind: 'other' };
}

function elf(view: DataView): LibraryKind | undefined {
  if (view.byteLength < 20 || view.getUint32(0) !== 0x7f454c46) return undefined;
  const isLittleEndian = view.getUint8(5) === 1;
  return library('linux', [view.getUint16(18, isLittleEndian)], elfMachines);
}

function portableExecutable(view: DataView): LibraryKind | undefined {
  if (view.byteLength < 64 || view.getUint16(0) !== 0x4d5a) return undefined;
  const header = view.getUint32(0x3c, true);
  if (header + 6 > view.byteLength || view.getUint32(header) !== 0x50450000) return undefined;
  return library('win32', [view.getUint16(header + 4, true)], peMachines);
}

function mach(view: DataView): LibraryKind | undefined {
  if (view.byteLength < 8) return undefined;
  switch (view.getUint32(0)) {
    case 0xcffaedfe:
    case 0xcefaedfe:
      return library('darwin', [view.getUint32(4, true)], machMachines);
    case 0xcafebabe:
      return universal(view, 20);
    case 0xcafebabf:
      return universal(view, 32);
    default:
      return undefined;
  }
}

/** Several libraries in one file. Java's class files begin with the same four bytes, followed by a number above 40. */
function universal(view: DataView, entryBytes: number): LibraryKind | undefined {
  const count = view.getUint32(4);
  if (count > 40 || 8 + count * entryBytes > view.byteLength) return undefined;
  const machines = Array.from({ length: count }, (_, index) => view.getUint32(8 + index * entryBytes));
  return library('darwin', machines, machMachines);
}

function library(
  platform: 'linux' | 'win32' | 'darwin',
  machines: readonly number[],
  names: Readonly<Record<number, string>>,
): LibraryKind {
  return { kind: 'library', platform, architectures: machines.map((machine) => names[machine] ?? `unknown ${machine}`) };
}
