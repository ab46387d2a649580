/** A draft of an e-mail about a run. */
import type { ReportMetadata } from '../model/report.ts';
import { factLines } from './note-entry.ts';
import { formatInZone } from '../model/zoned-time.ts';
import { showCounts } from './show.ts';

/** The draft as the contract has it. `url` is a `mailto:` of limited length; `body` is always whole. */
export interface MailText {
  readonly to: readonly string[];
  readonly subject: string;
  readonly body: string;
  readonly url: string;
  /** Whether `url` holds less than `to` and `body`. */
  readonly truncated: boolean;
}

/** Some mail programs and the shell of Windows cut a longer one. */
export const longestMailUrl = 1900;

const shortenedNote = '(Shortened: the draft did not fit into a mail link.)';

/** A draft for the recipients; `clients` are ids of confirmed clients to list at the end. */
export function mailDraft(metadata: ReportMetadata, recipients: readonly string[], clients: readonly string[] = []): MailText {
  const sample = metadata.sampleData ? '[SAMPLE DATA] ' : '';
  const incomplete = metadata.missing.length === 0 && metadata.outcome === 'succeeded' ? '' : 'INCOMPLETE – ';
  const when = `${formatInZone(metadata.lastEvent, metadata.zone)} ${metadata.zone}`;
  const subject = `${sample}${metadata.program}: ${incomplete}${showCounts(metadata)} (last event ${when})`;
  const lines = [...factLines(metadata), ...(clients.length === 0 ? [] : ['', 'Confirmed clients:', ...clients])];
  return { to: [...recipients], subject, body: lines.join('\r\n'), ...limitedUrl(recipients, subject, lines) };
}

/** The longest beginning of the text that fits, by whole lines; recipients are never left out in part. */
function limitedUrl(
  recipients: readonly string[],
  subject: string,
  lines: readonly string[],
): { readonly url: string; readonly truncated: boolean } {
  const whole = mailUrl(recipients, subject, lines);
  if (whole.length <= longestMailUrl) return { url: whole, truncated: false };
  for (const to of [recipients, []]) {
    for (let kept = lines.length - 1; kept > 0; kept--) {
      const url = mailUrl(to, subject, [...lines.slice(0, kept), shortenedNote]);
      if (url.length <= longestMailUrl) return { url, truncated: true };
    }
  }
  return { url: mailUrl([], subject, [shortenedNote]), truncated: true };
}

function mailUrl(recipients: readonly string[], subject: string, lines: readonly string[]): string {
  const to = recipients.map((recipient) => encode(recipient).replaceAll('%40', '@')).join(',');
  return `mailto:${to}?subject=${encode(subject)}&body=${encode(lines.join('\r\n'))}`;
}

/** Half a surrogate pair cannot be encoded; a line break within a text would begin another header. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
