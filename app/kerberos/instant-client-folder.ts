/** Looks for the Oracle client library in a folder, and for what people usually do wrong with one. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../base/error-text.ts';

/** What was found in the configured folder. */
export type FolderState =
  | { readonly kind: 'found'; readonly library: string }
  | { readonly kind: 'no-folder' }
  | { readonly kind: 'not-a-folder' }
  | { readonly kind: 'unreadable'; readonly code: string }
  /** `linkTo`: the library is there under its full name only; `elsewhere`: it lies in this folder below; `foreign`: another system's library. */
  | { readonly kind: 'no-library'; readonly linkTo?: string; readonly elsewhere?: string; readonly foreign?: string };

/** The name under which the Oracle driver looks for the library. */
export function clientLibraryName(platform: NodeJS.Platform): string {
  switch (platform) {
    case 'win32':
      return 'oci.dll';
    case 'darwin':
      return 'libclntsh.dylib';
    default:
      return 'libclntsh.so';
  }
}

/** Looks into the folder for the library `name`. Never throws. */
export async function folderState(folder: string, name: string): Promise<FolderState> {
  let names: readonly string[];
  try {
    if (!(await stat(folder)).isDirectory()) return { kind: 'not-a-folder' };
    names = await readdir(folder);
  } catch (error) {
    const code = errorCode(error) ?? 'unknown';
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'no-folder' } : { kind: 'unreadable', code };
  }
  if (await isThere(join(folder, name))) return { kind: 'found', library: join(folder, name) };
  const linkTo = names.find((other) => other.startsWith(`${name}.`) || /^libclntsh\.dylib\.[\d.]+$/.test(other));
  if (linkTo !== undefined) return { kind: 'no-library', linkTo };
  const foreign = names.find((other) => /^(oci\.dll|libclntsh\.(so|dylib)(\.[\d.]+)?)$/i.test(other));
  if (foreign !== undefined) return { kind: 'no-library', foreign };
  for (const below of names.slice(0, 200)) {
    if (await isThere(join(folder, below, name))) return { kind: 'no-library', elsewhere: join(folder, below) };
  }
  return { kind: 'no-library' };
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
