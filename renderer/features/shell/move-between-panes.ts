/** F6: from pane to pane, into the first thing in it that takes the keyboard. */

const focusable = 'button:not(:disabled), input:not(:disabled), select, textarea, a[href], [tabindex="0"]';

/** Moves the focus to the next pane of the document, or to the one before; round at the ends. */
export function moveBetweenPanes(page: Document, step: 1 | -1): void {
  const panes = [...page.querySelectorAll<HTMLElement>('[data-pane]')];
  if (panes.length === 0) return;
  const active = page.activeElement;
  const current = panes.findIndex((pane) => active !== null && pane.contains(active));
  const next = current === -1 ? (step === 1 ? 0 : panes.length - 1) : (current + step + panes.length) % panes.length;
  const pane = panes[next];
  // The grid of a table is what its pane is about; elsewhere the first control is.
  const target = pane?.querySelector<HTMLElement>('[role="grid"]') ?? pane?.querySelector<HTMLElement>(focusable) ?? pane;
  target?.focus();
}
