/** A browser, installed from Debian's packages where there is none and that is possible. @throws Error with the line that tells how to get one */
export function findChromium(environment?: Readonly<Record<string, string | undefined>>): string;
