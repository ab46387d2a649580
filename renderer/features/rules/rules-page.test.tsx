// @vitest-environment jsdom
import { EditorView } from '@codemirror/view';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

let open: OpenWindow | undefined;

beforeAll(() => {
  // Nothing is laid out here, and the editor asks where text is.
  Object.assign(Range.prototype, { getClientRects: () => [], getBoundingClientRect: () => new DOMRect() });
});

afterEach(() => {
  open?.close();
  open = undefined;
});

async function openRules(): Promise<FakeCore> {
  const core = new FakeCore({});
  open = await openWindow(core);
  open.parts.actions.showPage('rules');
  // The editor is loaded when it is first looked at.
  await screen.findByRole('textbox', { name: 'Text of ato_all_four.yml' }, { timeout: 30_000 });
  return core;
}

function editor(): EditorView {
  const element = document.querySelector<HTMLElement>('.cm-editor');
  const view = element === null ? null : EditorView.findFromDOM(element);
  if (view === null) throw new Error('no editor is open');
  return view;
}

function type(text: string, from = 0): void {
  editor().dispatch({ changes: { from, insert: text } });
}

async function findings(text: string | RegExp): Promise<void> {
  await within(screen.getByRole('region', { name: 'What is known of this text' })).findByText(text);
}

const button = (name: string): HTMLButtonElement => screen.getByRole<HTMLButtonElement>('button', { name });

describe('the page of rules', () => {
  it('lists each file with its rules, which of them runs by default, and how many tests it has', async () => {
    await openRules();
    const list = screen.getByRole('navigation', { name: 'Rules by file' });
    const [first, second] = within(list).getAllByRole('listitem');
    expect(first?.textContent).toMatch(/^ato_all_four.yml.*default.*within 24 h · 8 tests$/);
    expect(second?.textContent).toMatch(/^ato_three_of_four.yml.*at least 3 of password, e-mail, phone and token, .*5 tests$/);
  });

  it('checks a text as it is typed, marks the place, and does not let a mistake be saved', async () => {
    await openRules();
    await findings('No mistake.');
    expect(button('Save').disabled).toBe(true);
    type('# ');
    await findings(/The rule has no title. Write title: and what the rule finds./);
    await waitFor(() => expect(document.querySelector('.cm-lintRange-error')).not.toBeNull());
    expect(button('Save').disabled).toBe(true);
    fireEvent.click(button('Discard the change'));
    await findings('No mistake.');
    expect(editor().state.doc.toString()).toMatch(/^title: /);
  });

  it('saves a text, which the core then has', async () => {
    await openRules();
    type('description: what an account that was taken over looks like\n', editor().state.doc.line(1).to + 1);
    await findings('No mistake.');
    await waitFor(() => expect(button('Save').disabled).toBe(false));
    fireEvent.click(button('Save'));
    await screen.findByText(/^Saved. A run started from now on uses it./);
    expect(open?.parts.store.getState().rules.view?.files[0]?.text).toContain('description: what an account');
    expect(open?.parts.store.getState().rules.drafts).toEqual({});
  });

  it('keeps a text that is not saved when the page is left', async () => {
    await openRules();
    type('# a remark\n');
    open?.parts.actions.showPage('log');
    await waitFor(() => expect(document.querySelector('.cm-editor')).toBeNull());
    open?.parts.actions.showPage('rules');
    await screen.findByRole('textbox', { name: 'Text of ato_all_four.yml' });
    expect(editor().state.doc.line(1).text).toBe('# a remark');
    screen.getByText('not saved');
  });

  it('makes a file under a good name only', async () => {
    await openRules();
    const name = screen.getByRole('textbox', { name: 'Name of the new file' });
    fireEvent.change(name, { target: { value: '../x.yml' } });
    screen.getByText('Lower-case letters, digits, _ and -, ending in .yml.');
    expect(button('New file').disabled).toBe(true);
    fireEvent.change(name, { target: { value: 'ato_all_four.yml' } });
    screen.getByText('There is a file of this name.');
    fireEvent.change(name, { target: { value: 'many-resets.yml' } });
    fireEvent.click(button('New file'));
    await screen.findByRole('textbox', { name: 'Text of many-resets.yml' });
    expect(editor().state.doc.toString()).toContain('name: many_resets');
  });

  it('puts a rule on the clipboard as a Sigma file', async () => {
    await openRules();
    fireEvent.click(await screen.findByRole('button', { name: 'Copy ato_all_four as a Sigma file' }));
    await waitFor(() => expect(open?.copied).toHaveLength(1));
    expect(open?.copied[0]).toContain('ato_all_four');
  });

  it('tries the text that is open, saved or not, on the newest result, and says what is missing', async () => {
    const core = await openRules();
    await findings('No mistake.');
    const part = await screen.findByRole('region', { name: 'Trial on a result' });
    fireEvent.click(within(part).getByRole('button', { name: 'Try on the last results' }));
    await within(part).findByText('Not known: 3 clients undetermined, none confirmed.');
    within(part).getByText('Get token changes · accounts: timed out. The query took longer than 60 s.');
    within(part).getByText('Nothing is known of logon (no source in this run).');
    within(part).getByText('1000000, 1000037, 1000074');
    expect(within(part).queryByText(/qualifies|Every source/)).toBeNull();

    const text = editor().state.doc.toString();
    const changed = text.replace(', token_change', '');
    editor().dispatch({ changes: { from: 0, to: text.length, insert: changed } });
    await waitFor(() => expect(within(part).queryByText(/^Not known/)).toBeNull());
    await waitFor(() => expect(within(part).getByRole<HTMLButtonElement>('button').disabled).toBe(false));
    fireEvent.click(within(part).getByRole('button'));
    await within(part).findByText('2 clients confirmed.');
    within(part).getByText(/Every source that the rule looks at answered/);
    expect(core.calls.findLast(({ method }) => method === 'rules.try')?.input).toMatchObject({ text: changed, rule: 'ato_all_four' });
    expect(core.calls.some(({ method }) => method === 'rules.save')).toBe(false);

    editor().dispatch({ changes: { from: changed.length, insert: '\n# ip_adress\n' } });
    await waitFor(() => expect(within(part).queryByText('2 clients confirmed.')).toBeNull());
    await waitFor(() => expect(within(part).getByRole<HTMLButtonElement>('button').disabled).toBe(false));
    fireEvent.click(within(part).getByRole('button'));
    await within(part).findByText('2 clients confirmed, more may qualify.');
    within(part).getByText(/^accounts\/Get all password changes has no column ip_adress/);

    core.refuse('rules.try', failure('not.found', { message: 'There is no result to try the rule on.' }));
    fireEvent.click(within(part).getByRole('button'));
    await within(part).findByText('There is no result to try the rule on.');
    expect(within(part).queryByText(/2 clients confirmed/)).toBeNull();
  });
});
