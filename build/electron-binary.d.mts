/** Path of Electron's binary where it is there now, else `undefined`. */
export function installedElectron(): string | undefined;
