/** What a person is asked or told by a box of the system, where the page cannot do it. */
import type { BrowserWindow, Dialog, MessageBoxOptions } from 'electron';

/** Asks whether a page that has crashed twice is loaded once more. */
export async function offerReload(dialog: Pick<Dialog, 'showMessageBox'>, window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The page of this window has crashed twice.',
    detail: 'What runs goes on without it. If it crashes again, start the program anew; the log says what happened.',
    buttons: ['Load the page again', 'Leave it'],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0;
}

/** Asks whether a run that goes on is cancelled for the sake of quitting. */
export async function confirmQuit(dialog: Pick<Dialog, 'showMessageBox'>, window: BrowserWindow | undefined): Promise<boolean> {
  const { response } = await show(dialog, window, {
    type: 'question',
    message: 'An analysis is running.',
    detail: 'Quitting cancels it. Sources that have not answered yet stay missing.',
    buttons: ['Keep it running', 'Cancel it and quit'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}

/** Says that a further start has asked for other files than the ones the program is open with. */
export async function tellOther(dialog: Pick<Dialog, 'showMessageBox'>, window: BrowserWindow | undefined): Promise<void> {
  await show(dialog, window, {
    type: 'info',
    message: 'The program is open already, with other files than those just asked for.',
    detail: 'Quit it and start it again with them, or give the new start a data folder of its own (--data).',
    buttons: ['OK'],
  });
}

function show(dialog: Pick<Dialog, 'showMessageBox'>, window: BrowserWindow | undefined, options: MessageBoxOptions) {
  return window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options);
}
