/**
 * Does a work once at a time. What is asked for while it goes on is done once more after it, however often that was: whoever asked gets
 * what began after the asking, and a work that hangs is not piled up. The work must not throw.
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let going: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const isAskedAgain = (): boolean => next !== undefined;
  const begin = async (): Promise<void> => {
    next = undefined;
    going = work();
    await going;
    if (!isAskedAgain()) going = undefined;
  };
  return () => {
    if (next !== undefined) return next;
    if (going === undefined) return begin();
    next = going.then(begin);
    return next;
  };
}
