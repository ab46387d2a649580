/**
 * Electron's newest three majors get security fixes. A new major appears every eight weeks, so a major is out of them about 24
 * weeks after its own release: that can be told without a network. (42.0.0 came on 2026-05-06, 43.0.0 on 2026-07-01, 44.0.0 on
 * 2026-08-25, 45.0.0 on 2026-10-21.)
 */

/** The major in use and the day of its first release, from `npm view electron time`. To be changed together with package.json. */
export const pinned = { major: 45, releasedOn: '2026-10-21' } as const;

const supportedDays = 3 * 8 * 7;

/** The last day of support of a major released on that day (both `YYYY-MM-DD`). */
export function supportedUntil(releasedOn: string): string {
  return new Date(Date.parse(releasedOn) + supportedDays * 86_400_000).toISOString().slice(0, 10);
}

/** What is wrong with Electron `version` as the pinned one on the day of `nowMs`, one sentence; `undefined` where nothing is. */
export function electronProblem(version: string, nowMs: number): string | undefined {
  const major = Number(version.split('.')[0]);
  if (major !== pinned.major) {
    return `package.json asks for Electron ${version}, build/electron-support.ts knows ${pinned.major}: enter the new major and its release day.`;
  }
  const until = supportedUntil(pinned.releasedOn);
  if (nowMs <= Date.parse(`${until}T23:59:59Z`)) return undefined;
  return `Electron ${pinned.major} has had no security fixes since about ${until}: take a newer major.`;
}
