import { notifications } from '@mantine/notifications';
import type { Notice } from '../../actions/notice.ts';
import type { Texts } from '../../texts/texts.ts';
import { NoticeFrame } from './notice-frame.tsx';
import { ExportedNotice } from './exported-notice.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import type { WindowParts } from '../../store/window-context.tsx';

const shortMs = 2_500;
const longMs = 6_000;
const exportedId = 'exported';

/** Takes away what was said about a file: whoever goes to another page has done with it what they wanted to. */
export function hideExported(): void {
  notifications.hide(exportedId);
}

/** Shows a notice in the corner. What has something to be done with it stays until it is closed. */
export function showNotice(notice: Notice, parts: WindowParts): void {
  const { shell } = parts.texts;
  const common = { withBorder: true, closeButtonProps: { 'aria-label': shell.close } };
  switch (notice.kind) {
    case 'exported':
      // The file written last is enough: several notices would lie over the buttons that wrote them.
      notifications.hide(exportedId);
      notifications.show({
        ...common,
        id: exportedId,
        title: shell.notices.exported,
        message: (
          <NoticeFrame parts={parts}>
            <ExportedNotice file={notice.file} />
          </NoticeFrame>
        ),
        autoClose: false,
      });
      return;
    case 'failed':
      notifications.show({
        ...common,
        color: 'red',
        message: (
          <NoticeFrame parts={parts}>
            <FailureNote failure={notice.failure} />
          </NoticeFrame>
        ),
        autoClose: false,
      });
      return;
    default:
      notifications.show({ ...common, message: textOf(notice, parts.texts), autoClose: notice.kind === 'copied' ? shortMs : longMs });
  }
}

function textOf(notice: Exclude<Notice, { kind: 'exported' | 'failed' }>, { shell, results }: Texts): string {
  const { notices } = shell;
  switch (notice.kind) {
    case 'copied':
      return notices.copied[notice.what](notice.count ?? 0);
    case 'too-many-cells':
      return notices.tooManyCells(notice.limit);
    case 'export-cancelled':
      return results.exportCancelled;
    case 'settings-saved':
      return notices.settingsSaved;
    case 'configuration-reloaded':
      return notice.problems === 0 ? notices.reloaded : notices.reloadedWithProblems(notice.problems);
  }
}
