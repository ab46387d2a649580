/** Paths as they stand in configuration files. */
import { isAbsolute, join, resolve, win32 } from 'node:path';

/** The absolute path: `~` is the home folder, a relative path starts at `baseDir`. */
export function expandPath(text: string, baseDir: string, homeDir: string): string {
  if (text === '~') return homeDir;
  if (/^~[\\/]/.test(text)) return join(homeDir, text.slice(2));
  return resolve(baseDir, text);
}

/** Whether the text is a path of another system: `C:\…` or `\\server\…` where these mean nothing. */
export function isForeignPath(text: string): boolean {
  return /^(?:[A-Za-z]:|\\)[\\/]/.test(text) && win32.isAbsolute(text) && !isAbsolute(text);
}

/**
 * The absolute form of a Kerberos cache. Only a bare path and `FILE:` name a path; other kinds (`KCM:`, `DIR:`, `MSLSA:`,
 * `OSMSFT://`) are returned as they are.
 */
export function expandCache(text: string, baseDir: string, homeDir: string): string {
  const kind = /^([A-Za-z]{2,}):/.exec(text)?.[1];
  if (kind === undefined) return expandPath(text, baseDir, homeDir);
  return kind.toUpperCase() === 'FILE' ? expandPath(text.slice(5), baseDir, homeDir) : text;
}
