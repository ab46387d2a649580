// @vitest-environment jsdom
import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { failure } from '../../app/model/failure.ts';
import { FakeCore } from '../testing/fake-core.ts';
import { openWindow } from '../testing/open-window.tsx';

describe('FailureNote', () => {
  it('cuts a page of an error to a few lines until its full text is asked for', async () => {
    const core = new FakeCore();
    const opened = await openWindow(core);
    const message = `DuckDB: ${'and so on; '.repeat(60)}`.trim();
    const run = core.startRun({ lastEvent: 'now' });
    run.running(run.id(0));
    run.fail(run.id(0), 'failed', failure('db.unreachable', { message }));
    const status = screen.getByRole('region', { name: 'Database status' });
    const shown = await within(status).findByText(message);
    expect(shown.className).toMatch(/cut/);
    fireEvent.click(within(status).getByRole('button', { name: 'Full text' }));
    expect(shown.className).not.toMatch(/cut/);
    within(status).getByRole('button', { name: 'Hide full text' });
    opened.close();
  });
});
