import { useEffect, useState } from 'react';

/**
 * Gives the focus back to where it was when a panel that took it goes away: to the table as a whole where it was on one of its
 * cells. Where the focus has moved elsewhere meanwhile it stays there.
 */
export function useReturnedFocus(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const { activeElement } = document;
      if (activeElement !== null && activeElement !== document.body) return;
      const place = before?.closest<HTMLElement>('[role="grid"]') ?? before;
      const target = place?.isConnected === true ? place : document.querySelector('[role="grid"]');
      if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    },
    [before],
  );
}
