/** An alert as a mail draft: a file that a mail program opens, ready to be sent. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../base/error-text.ts';
import { type Instant, msOfInstant } from '../model/instant.ts';
import type { AlertMessage } from '../model/schedule.ts';
import { formatInZone } from '../model/zoned-time.ts';
import { alertLines } from './alert-text.ts';

/** Writes the draft into the folder; an earlier one is never replaced. Returns its path. */
export async function writeMail(folder: string, to: readonly string[], message: AlertMessage, at: Instant): Promise<string> {
  await mkdir(folder, { recursive: true });
  const base = fileNameOf(message);
  for (let number = 1; ; number += 1) {
    const path = join(folder, `${base}${number === 1 ? '' : ` (${String(number)})`}.eml`);
    try {
      await writeFile(path, mailText(to, message, at), { flag: 'wx' });
      return path;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** The draft as RFC 5322 has it. */
export function mailText(to: readonly string[], message: AlertMessage, at: Instant): string {
  const isIncomplete = message.result === null || message.result.missing.length > 0;
  const subject = `${message.program}: ${isIncomplete ? 'INCOMPLETE – ' : ''}${message.summary}`;
  const body = Buffer.from(`${alertLines(message).join('\r\n')}\r\n`, 'utf8').toString('base64');
  return [
    // Outlook opens a mail with this header for writing.
    'X-Unsent: 1',
    `To: ${to.map(withoutBreaks).join(', ')}`,
    `Subject: ${encodedWords(subject)}`,
    `Date: ${new Date(msOfInstant(at)).toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(body.match(/.{1,76}/g) ?? []),
    '',
  ].join('\r\n');
}

function fileNameOf({ schedule, interval, result }: AlertMessage): string {
  const time = formatInZone(interval.to, interval.zone).slice(0, 16).replace(' ', '_').replace(':', '');
  const incomplete = result === null || result.missing.length > 0 ? '_INCOMPLETE' : '';
  return `alert_${time}_${schedule}${incomplete}`.replace(/[^\w.-]+/g, '-').slice(0, 150);
}

/** A line break in a text would begin another header. */
function withoutBreaks(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** Encoded words of RFC 2047, none longer than 75 characters. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of withoutBreaks(text)) {
    if (Buffer.byteLength(word + character) > 42) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((part) => `=?utf-8?B?${Buffer.from(part, 'utf8').toString('base64')}?=`).join('\r\n ');
}
