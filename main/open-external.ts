/** The only way out of the program to another: a link or a mail draft, from a short list. */
import type { Shell } from 'electron';
import { CamError, failure } from '../app/model/failure.ts';

/** Windows hands a URL on as a command line of 2,083 characters at most; longer ones are cut or refused there. */
export const maximumExternalUrlLength = 2000;

/**
 * Opens a URL with the program the system has for it. Only `mailto:` and https of a listed host, and only up to
 * {@link maximumExternalUrlLength} characters: `file:`, `smb:`, `ms-*:` and the like start programs or leak a logon.
 * @throws CamError `request.forbidden` for anything else
 */
export async function openExternal(url: string, shell: Pick<Shell, 'openExternal'>, hosts: readonly string[]): Promise<void> {
  if (!isAllowedExternalUrl(url, hosts)) {
    throw new CamError(
      failure('request.forbidden', { message: 'This address may not be opened.', action: 'Copy it and open it by hand.' }),
    );
  }
  await shell.openExternal(new URL(url).href);
}

/** Whether {@link openExternal} takes the URL. Control characters and blanks are refused before anything parses them away. */
export function isAllowedExternalUrl(url: string, hosts: readonly string[]): boolean {
  if (url.length > maximumExternalUrlLength || !/^[\x21-\x7e]+$/.test(url) || !URL.canParse(url)) return false;
  const parsed = new URL(url);
  if (parsed.protocol === 'mailto:') return isPlainMail(parsed);
  return parsed.protocol === 'https:' && hosts.includes(parsed.host) && parsed.username === '' && parsed.password === '';
}

/** A draft with recipients, subject and body; an `attach` parameter, which some mail programs obey, is refused. */
function isPlainMail(url: URL): boolean {
  return [...url.searchParams.keys()].every((name) => ['to', 'cc', 'subject', 'body'].includes(name.toLowerCase()));
}
