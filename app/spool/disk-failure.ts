/** What went wrong on the disk, told to a person. */
import { errorCode, errorMessage } from '../base/error-text.ts';
import { CamError, failure } from '../model/failure.ts';

/** Codes of the operating system for "no more room": the disk, the user's quota, the process's own limit on a file. */
const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The error to throw for an error of the file system: `disk.full` or `disk.error`, with the folder and the system's code. */
export function diskFailure(error: unknown, directory: string): CamError {
  if (error instanceof CamError) return error;
  const code = errorCode(error);
  const isFull = code !== undefined && noRoom.has(code);
  const known = failure(isFull ? 'disk.full' : 'disk.error', {
    ...(isFull ? {} : { message: `The rows could not be written to ${directory}.` }),
    ...(code === undefined ? {} : { vendorCode: code }),
    detail: errorMessage(error),
  });
  return new CamError(known, { cause: error });
}
