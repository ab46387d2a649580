/** Builds `page` or `desktop` unless it is built from the sources as they are. @throws Error with the builder's words */
export function ensureBuilt(name: 'page' | 'desktop'): Promise<void>;

/** The targets that are not built from the sources as they are; packing refuses them. */
export function notBuilt(): readonly ('page' | 'desktop')[];
