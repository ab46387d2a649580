/** What DuckDB reports, as failures of ours. It gives no codes, only texts; they were read off version 1.5. */
import { errorMessage } from '../base/error-text.ts';
import { CamError, failure } from '../model/failure.ts';

/** The error to throw for something that a statement of the engine threw. */
export function engineError(error: unknown): CamError {
  if (error instanceof CamError) return error;
  const detail = errorMessage(error);
  // What is spilled may take as much as the disk has room for; running out of it is reported as running out of memory.
  if (/no space left on device|disk full|not enough space|max_temp_directory_size/i.test(detail)) {
    return new CamError(
      failure('disk.full', {
        message: 'There is no room left on the disk for merging the results.',
        action: 'Free some space, then evaluate the run again.',
        detail,
      }),
      { cause: error },
    );
  }
  if (/^Out of Memory Error/i.test(detail)) {
    return new CamError(
      failure('engine.error', {
        message: 'The results are too large for the memory given to the merge.',
        action: 'Narrow the queries, or close other programs.',
        detail,
      }),
      { cause: error },
    );
  }
  if (/^(IO|Invalid) (Error|Input Error): .*(No files found|Cannot open file|too small to be a Parquet|No magic bytes)/is.test(detail)) {
    return new CamError(
      failure('engine.error', {
        message: 'The rows of a source cannot be read from the disk any more.',
        action: 'Run the source again.',
        detail,
      }),
      { cause: error },
    );
  }
  return new CamError(failure('engine.error', { detail }), { cause: error });
}
