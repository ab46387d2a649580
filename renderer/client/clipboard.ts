/** Puts text on the clipboard: the modern way, else the old way, which also works where the permission is refused. */

/** The one command of the old interface that has no other replacement where the permission is refused. */
interface OldClipboard {
  execCommand(command: 'copy'): boolean;
}

/** @throws Error where neither way works */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
}

function copyBySelection(text: string): void {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('aria-hidden', 'true');
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const done = (document as unknown as OldClipboard).execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!done) throw new Error('The clipboard cannot be written.');
}
