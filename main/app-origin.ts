/** The one address under which the window's page lives. */

/** Custom scheme of the page; registered before the program is ready. */
export const appScheme = 'cam';

const appHost = 'app';

/** The page itself. */
export const appUrl = `${appScheme}://${appHost}/index.html`;

/**
 * Whether a URL belongs to the page's own origin. Fails closed: what cannot be parsed (an empty URL of a frame that is gone)
 * is foreign. Scheme and host are compared one by one because `URL.origin` is `null` for every custom scheme.
 */
export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${appScheme}:` && host === appHost && username === '' && password === '';
}
