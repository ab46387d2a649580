import type { Logger } from '../base/logger.ts';
import type { Handlers } from '../contract/dispatch.ts';

/** Handlers of what a window tells about itself. */
export function windowHandlers(logger: Logger): Pick<Handlers, 'window.broken'> {
  return {
    'window.broken': ({ part, message, detail }) => {
      logger.error('a part of the window could not be drawn', { part, error: message, detail });
      return null;
    },
  };
}
