/** Numbers, durations and sizes as the window writes them. */

const thousands = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const twoDecimals = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const oneDecimal = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A whole number with separators: `812,404`. */
export function formatCount(value: number): string {
  return thousands.format(value);
}

/** A number with at most two digits after the point: `12.5`, `3`. */
export function formatDecimal(value: number): string {
  return twoDecimals.format(value);
}

/** A share of 0..1 as a percentage: `75 %`; never rounded up to 100 or down to 0 by the way. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  if (percent > 99 && percent < 100) return '> 99 %';
  return `${thousands.format(percent)} %`;
}

/** A duration in words: `0.4 s`, `41 s`, `12 m 03 s`, `2 h 05 m`. */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 10) return `${oneDecimal.format(ms / 1000)} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${twoDigits(seconds % 60)} s`;
  return `${thousands.format(Math.floor(minutes / 60))} h ${twoDigits(minutes % 60)} m`;
}

/** A duration that may be short: `12 ms`, `0.41 s`, `3.2 s`, then as {@link formatDuration}. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.1) return `${thousands.format(seconds * 1000)} ms`;
  if (seconds < 1) return `${twoDecimals.format(seconds)} s`;
  return formatDuration(seconds * 1000);
}

/** A duration while it runs, in whole seconds so that nothing flickers: `41 s`, `12 m 03 s`. */
export function formatRunningDuration(ms: number): string {
  return ms < 10_000 ? `${Math.floor(ms / 1000)} s` : formatDuration(ms);
}

/** A duration as a clock: `00:41`, `12:03`, `1:02:03`. */
export function formatClock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const rest = `${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  return hours === 0 ? rest : `${hours}:${rest}`;
}

/** A size: `812 B`, `3.4 KB`, `1.2 MB`, in powers of 1,000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${thousands.format(bytes)} B`;
  if (bytes < 1_000_000) return `${oneDecimal.format(bytes / 1000)} KB`;
  if (bytes < 1_000_000_000) return `${oneDecimal.format(bytes / 1_000_000)} MB`;
  return `${oneDecimal.format(bytes / 1_000_000_000)} GB`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
