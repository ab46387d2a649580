/** Reads a text file that a person wrote, and says in their words what is wrong where it cannot be read. */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { errorCode, errorMessage } from '../base/error-text.ts';

/** Why a file cannot be read; `line` and `column` count from 1 and are 1 where it is the file as a whole. */
export interface UnreadableFile {
  readonly ok: false;
  readonly isMissing: boolean;
  readonly message: string;
  readonly action: string;
  readonly line: number;
  readonly column: number;
}

/** The text, a byte order mark taken off; or why there is none. */
export type TextFile = { readonly ok: true; readonly text: string } | UnreadableFile;

/** Reads a UTF-8 text of at most `maxBytes`. Never throws. */
export async function readTextFile(path: string, maxBytes: number): Promise<TextFile> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return unreadable(`${path} is a folder.`, 'Name the file itself.');
    // A pipe or a device might never end.
    if (!found.isFile()) return unreadable(`${path} is not an ordinary file.`, 'Name an ordinary file.');
    if (found.size > maxBytes) {
      return unreadable(`${path} is larger than ${maxBytes / 1024} KiB.`, 'Check that this is the file you meant.');
    }
    return decode(path, await readFile(path));
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return { ...unreadable(`There is no file ${path}.`, 'Correct the path or put the file there.'), isMissing: true };
    }
    if (code === 'EACCES' || code === 'EPERM') return unreadable(`You may not read ${path}.`, 'Ask for the right to read it.');
    return unreadable(`${path} cannot be read (${code || errorMessage(error)}).`, 'Check the path and the disk.');
  }
}

function decode(path: string, bytes: Buffer): TextFile {
  const hasUtf16Mark = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (hasUtf16Mark || bytes.includes(0)) {
    return unreadable(`${path} is not saved as UTF-8 (it looks like UTF-16).`, 'Save it again with the encoding UTF-8.');
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (isUtf8(bytes)) return { ok: true, text };
  const before = text.slice(0, text.indexOf('\uFFFD'));
  return {
    ...unreadable(`${path} is not saved as UTF-8: there is a foreign byte here.`, 'Save it again with the encoding UTF-8.'),
    line: before.split('\n').length,
    column: before.length - before.lastIndexOf('\n'),
  };
}

function unreadable(message: string, action: string): UnreadableFile {
  return { ok: false, isMissing: false, message, action, line: 1, column: 1 };
}
