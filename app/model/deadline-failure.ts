import { type Failure, failure } from './failure.ts';

/** The failure of a source that the run's own deadline has ended: the limit of its query is not what has to be raised. */
export function deadlineFailure(message: string): Failure {
  return failure('query.timeout', {
    message,
    action: 'Complete the run at a quieter time, or raise scatter_timeout_ms in the settings.',
  });
}
