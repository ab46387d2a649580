import type { StandbyCheck } from '../../../app/model/check.ts';
import type { EndpointStatus } from '../../../app/model/health.ts';
import { formatRunningDuration, formatSeconds } from '../../model/numbers.ts';
import { plural } from './plural.ts';

/** The endpoints of the databases, in the Database Status panel. */
export const healthTexts = {
  standby: 'standby',
  standbyAt: (endpoint: string) => `Answered by the standby ${endpoint}`,
  /** `seconds`: how long it is still left alone; 0 once the next query may try it. */
  leftAlone: ({ failures, isStandby }: EndpointStatus, seconds: number, code: string | undefined) => {
    const which = isStandby ? 'The standby' : 'The primary';
    const why = code === undefined ? '' : ` (${code})`;
    const then =
      seconds > 0 ? `left alone for another ${formatRunningDuration(seconds * 1000)}` : 'the next query tries whether it is back';
    return `${which} failed ${plural(failures, 'time')} in a row${why}: ${then}.`;
  },
  refused: (code: string | undefined) =>
    `The account was refused${code === undefined ? '' : ` (${code})`}: no schedule logs on until a check or an analysis of yours has.`,
  tryAgain: 'Try it again now',
  tryAgainHint: 'The next query asks it at once. The pause keeps a database that is down from being asked again and again.',
  tryAgainLabel: (endpoint: string) => `Try it again now: ${endpoint}`,
  answered: (latencyMs: number | undefined) =>
    latencyMs === undefined ? 'Last answered' : `Last answered, in ${formatSeconds(latencyMs / 1000)},`,
  failed: (code: string) => `Last failed with ${code}`,
  behind: (lagMs: number) => `${formatSeconds(lagMs / 1000)} behind`.replaceAll(' ', '\u00a0'),
  standbyOf: 'Standby of',
  endpoint: 'Endpoint',
  found: 'Found',
  standbyFound: ({ latencyMs = 0, lagMs, lagUnknown }: StandbyCheck) => {
    const answered = `answered in ${formatSeconds(latencyMs / 1000)}`;
    if (lagUnknown !== undefined) return `${answered}; how far it is behind is not known, so its answers would be partial. ${lagUnknown}`;
    return lagMs === undefined ? `${answered}; it is a primary itself` : `${answered}; ${formatSeconds(lagMs / 1000)} behind`;
  },
  /** The next try of a query, and how many there are at most on this endpoint. */
  nextTry: (number: number, of: number, seconds: number) =>
    `try ${String(number)} of ${String(of)} ${seconds > 0 ? `in ${formatRunningDuration(seconds * 1000)}` : 'now'}`,
};
