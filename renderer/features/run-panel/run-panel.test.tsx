// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CamError, failure } from '../../../app/model/failure.ts';
import { instantFromMs } from '../../../app/model/instant.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import { configOf, fakeProblems } from '../../testing/fake-plan.ts';
import { nextFrame } from '../../testing/next-frame.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

const lastEvent = (): HTMLInputElement => screen.getByLabelText('Last event time');
const button = (name: string): HTMLButtonElement => screen.getByRole('button', { name });
const isOff = (name: string): boolean => button(name).getAttribute('aria-disabled') === 'true';
const type = (text: string): void => {
  fireEvent.change(lastEvent(), { target: { value: text } });
};
const startInput = (core: FakeCore): unknown => core.calls.find((call) => call.method === 'run.start')?.input;

describe('the head of the run page', () => {
  let core: FakeCore;
  let opened: OpenWindow;

  beforeEach(async () => {
    core = new FakeCore();
    opened = await openWindow(core);
  });
  afterEach(() => opened.close());

  it('begins with now, shows the window and can be run', async () => {
    await waitFor(() => expect(isOff('Run Analysis')).toBe(false));
    expect(lastEvent().value).toBe('now');
    screen.getByText(/the 24 h before the run is started · Europe\/Berlin/);
    expect(isOff('Cancel')).toBe(true);
  });

  it('shows both ends of the window with their zone for a typed time, and sends its exact instant', async () => {
    await screen.findByText(/Europe\/Berlin/);
    type('2026-11-20 14:00');
    screen.getByText(/2026-11-19 14:00:00 – 2026-11-20 14:00:00 · Europe\/Berlin \(UTC\+01:00\)/);
    fireEvent.click(button('Run Analysis'));
    await screen.findByText(/0 of 4 sources · 0 rows/);
    expect(startInput(core)).toEqual({
      lastEvent: '2026-11-20T13:00:00.000000Z',
      zone: 'Europe/Berlin',
      rule: 'ato_all_four',
      windowHours: 24,
      strict: false,
    });
  });

  it('sends width and strictness as they are set', async () => {
    await screen.findByText(/Europe\/Berlin/);
    fireEvent.change(screen.getByLabelText('Window hours'), { target: { value: '12.5' } });
    fireEvent.click(screen.getByLabelText('Strict'));
    screen.getByText('all four changes (password, e-mail, phone and token) within 12.5 h');
    fireEvent.click(button('Run Analysis'));
    await waitFor(() => expect(startInput(core)).toMatchObject({ lastEvent: 'now', windowHours: 12.5, strict: true }));
  });

  it('names the case of every run until it is cleared, and in the run that is shown', async () => {
    await screen.findByText(/Europe\/Berlin/);
    const field = screen.getByLabelText<HTMLInputElement>('Case');
    fireEvent.change(field, { target: { value: ' INC-4711 ' } });
    fireEvent.click(button('Run Analysis'));
    await waitFor(() => expect(startInput(core)).toMatchObject({ caseReference: 'INC-4711' }));
    await screen.findByText(/· case INC-4711$/);
    expect(field.value).toBe(' INC-4711 ');
    fireEvent.click(button('Name no case any more'));
    expect(field.value).toBe('');
  });

  it('does not start a run for a case that is longer than a line may be', async () => {
    await screen.findByText(/Europe\/Berlin/);
    fireEvent.change(screen.getByLabelText('Case'), { target: { value: 'x'.repeat(201) } });
    screen.getByText('A case is named in one line of at most 200 characters.');
    expect(isOff('Run Analysis')).toBe(true);
  });

  it('says that a time in the spring gap does not exist, and takes the offered one', async () => {
    await screen.findByText(/Europe\/Berlin/);
    type('2026-03-29 02:30');
    screen.getByText(/does not exist in Europe\/Berlin/);
    expect(isOff('Run Analysis')).toBe(true);
    fireEvent.click(button('Use 2026-03-29 03:30:00+02:00'));
    expect(lastEvent().value).toBe('2026-03-29 03:30:00+02:00');
    expect(isOff('Run Analysis')).toBe(false);
  });

  it('asks which of two equal times is meant in autumn', async () => {
    await screen.findByText(/Europe\/Berlin/);
    type('2026-10-25 02:30');
    screen.getByText(/occurs twice in Europe\/Berlin/);
    expect(screen.getAllByRole('button', { name: /^Use 2026-10-25 02:30/ }).length).toBe(2);
  });

  it('goes back to now with one button', async () => {
    await screen.findByText(/Europe\/Berlin/);
    type('rubbish');
    screen.getByText(/Write the time as YYYY-MM-DD/);
    fireEvent.click(button('Now'));
    expect(lastEvent().value).toBe('now');
  });

  it('runs by Ctrl+Enter and cancels by Ctrl+. also while a field is typed in', async () => {
    await screen.findByText(/Europe\/Berlin/);
    fireEvent.keyDown(lastEvent(), { key: 'Enter', code: 'Enter', ctrlKey: true });
    await screen.findByText(/0 of 4 sources · /);
    fireEvent.keyDown(lastEvent(), { key: '.', code: 'Period', ctrlKey: true });
    await screen.findByText('Cancelled');
    expect(core.calls.map((call) => call.method)).toContain('run.cancel');
  });

  it('keeps the focus on the button that was pressed, and a key pressed twice starts one run and cancels none', async () => {
    await screen.findByText(/Europe\/Berlin/);
    button('Run Analysis').focus();
    fireEvent.click(button('Run Analysis'));
    await screen.findByText(/0 of 4 sources · /);
    fireEvent.click(button('Run Analysis'));
    expect(document.activeElement).toBe(button('Run Analysis'));
    expect(core.runs.length).toBe(1);
    button('Cancel').focus();
    fireEvent.click(button('Cancel'));
    await waitFor(() => expect(isOff('Cancel')).toBe(true));
    expect(document.activeElement).toBe(button('Cancel'));
    expect(core.calls.filter(({ method }) => method === 'run.cancel').length).toBe(1);
  });

  it('shows cancelling at once, before the core has answered', async () => {
    await screen.findByText(/Europe\/Berlin/);
    fireEvent.click(button('Run Analysis'));
    await screen.findByText(/0 of 4 sources · /);
    core.refuse('run.cancel', failure('internal', { message: 'The cancel was not taken.' }));
    fireEvent.click(button('Cancel'));
    screen.getByText('Cancelling…', { selector: 'span' });
    expect(isOff('Cancel')).toBe(true);
    expect(screen.getAllByText('cancelling…').length).toBe(6);
    // The core refuses: what was shown is taken back, and the reason is told.
    await screen.findByText('The cancel was not taken.');
    expect(isOff('Cancel')).toBe(false);
  });

  it('can cancel again when a cancelled run is completed from another window', async () => {
    await screen.findByText(/Europe\/Berlin/);
    fireEvent.click(button('Run Analysis'));
    await screen.findByText(/0 of 4 sources · /);
    fireEvent.click(button('Cancel'));
    await screen.findByText('Cancelled');
    const run = core.runs[0]!;
    run.emit({ kind: 'run-resumed', sources: [run.id(0)] });
    await screen.findByText('Running');
    expect(isOff('Cancel')).toBe(false);
  });

  it('shows why a run was refused, with the next step', async () => {
    await screen.findByText(/Europe\/Berlin/);
    core.refuse('run.start', failure('config.invalid'));
    fireEvent.click(button('Run Analysis'));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The configuration has mistakes.');
    expect(alert.textContent).toContain('Correct the listed lines');
    expect(isOff('Run Analysis')).toBe(false);
  });

  it('tells that the program is gone, and asks for everything again when it is back', async () => {
    await screen.findByText(/Europe\/Berlin/);
    fireEvent.click(button('Run Analysis'));
    await screen.findByText(/0 of 4 sources · /);
    act(() => core.connection('lost'));
    screen.getByText(/The program does not answer\. What is shown may be old/);
    const run = core.runs[0]!;
    const send = core.send.bind(core);
    core.send = () => undefined;
    run.complete(run.id(0), 77);
    core.send = send;
    act(() => core.connection('open'));
    await screen.findByText(/1 of 4 sources · 77 rows/);
  });

  it('goes on showing the run that was looked at when the program is back, whatever runs by then', async () => {
    const looked = core.startRun({ lastEvent: 'now' });
    for (const place of [0, 1, 2, 3]) looked.complete(looked.id(place), 10 + place);
    looked.merge(0, 0);
    looked.finish();
    await screen.findByText(/4 of 4 sources · 46 rows/);
    act(() => core.connection('lost'));
    const send = core.send.bind(core);
    core.send = () => undefined;
    core.startRun({ lastEvent: 'now' });
    core.send = send;
    act(() => core.connection('open'));
    await waitFor(() => expect(opened.parts.store.getState().run.list.length).toBe(2));
    await nextFrame();
    screen.getByText(/4 of 4 sources · 46 rows/);
    expect(opened.parts.store.getState().run.state?.plan.runId).toBe(looked.plan.runId);
  });

  it('lists a run that a schedule or another window begins, without taking away what is looked at', async () => {
    const looked = core.startRun({ lastEvent: 'now' });
    await screen.findByText(/0 of 4 sources · /);
    act(() => void core.startRun({ lastEvent: 'now' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Runs since the program was started' }));
    expect((await screen.findAllByRole('menuitem')).length).toBe(2);
    expect(opened.parts.store.getState().run.state?.plan.runId).toBe(looked.plan.runId);
  });
});

describe('the head of the run page with a ticket that will not last', () => {
  it('says in the line below the controls and in the chip when ticket and run end', async () => {
    const core = new FakeCore();
    const endsAt = instantFromMs(Date.now() + 5 * 60_000);
    const runEndsAt = instantFromMs(Date.now() + 20 * 60_000);
    core.preflight = {
      runEndsAt,
      tickets: [
        {
          databases: ['clients'],
          preflight: {
            verdict: 'warning',
            checkedAt: endsAt,
            facts: { cache: 'FILE:/tmp/krb5cc_1000', cacheFrom: 'default', renewable: true, endsAt },
            messages: [{ level: 'warning', reason: 'ends-before-run', message: 'It ends too soon.', action: 'Renew it.' }],
          },
        },
      ],
    };
    const opened = await openWindow(core);
    const format = createInstantFormat('Europe/Berlin');
    const [ends, runEnds] = [endsAt, runEndsAt].map((instant) => format.full(instant).slice(11, 16));
    await screen.findByText(
      `The Kerberos ticket ends ${ends ?? ''}, the run is expected to last until ${runEnds ?? ''} Europe/Berlin: renew it first.`,
    );
    screen.getByRole('button', { name: /Kerberos: ends in .*, before the run does/ });
    expect(isOff('Run Analysis')).toBe(false);
    opened.close();
  });
});

describe('the head of the run page with mistakes in the configuration', () => {
  it('does not let a run be started, says why and leads to the mistakes', async () => {
    const opened = await openWindow(new FakeCore({ config: { ...configOf([], false), problems: fakeProblems } }));
    await screen.findByText('The configuration has 3 mistakes: correct them first.');
    expect(isOff('Run Analysis')).toBe(true);
    fireEvent.click(button('Show the mistakes'));
    screen.getByText('/home/analyst/cam/databases.yaml:14:7');
    opened.close();
  });
});

describe('a window whose program does not answer', () => {
  it('says so and tries again when asked', async () => {
    const core = new FakeCore();
    core.refuse('config.get', failure('internal', { message: 'The program does not answer.' }));
    const opened = await openWindow(core);
    await screen.findByText('The window could not be filled.');
    core.refuse('config.get');
    fireEvent.click(button('Try again'));
    await waitFor(() => expect(isOff('Run Analysis')).toBe(false));
    opened.close();
  });

  it('carries the core’s failures as errors with a code', async () => {
    const core = new FakeCore();
    core.refuse('run.list', failure('not.found'));
    const opened = await openWindow(core);
    await expect(
      opened.parts.actions.page('none', { table: { kind: 'confirmed' }, offset: 0, limit: 1, filters: [] }),
    ).rejects.toBeInstanceOf(CamError);
    opened.close();
  });
});
