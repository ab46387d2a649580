/** The path of a browser that is there now, or `undefined`. */
export function installedChromium(environment?: NodeJS.ProcessEnv): string | undefined;
/** A browser, installed where there is none and that is possible. @throws Error that tells how to get one */
export function findChromium(environment?: NodeJS.ProcessEnv): string;
