import { useEffect, useEffectEvent } from 'react';

/** Shows a row whenever it becomes another one; none while it is `null`. */
export function useFollowedRow(followed: number | null, show: (row: number) => void): void {
  const follow = useEffectEvent(show);
  useEffect(() => {
    if (followed !== null) follow(followed);
  }, [followed]);
}
