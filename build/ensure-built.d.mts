/** Builds `page` or `desktop` unless it is built from the sources as they are. @throws Error with the builder's words */
export function ensureBuilt(name: 'page' | 'desktop'): Promise<void>;
