// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { CodeEditor } from './code-editor.tsx';

afterEach(cleanup);

describe('the editor', () => {
  it('leaves its text alone when Ctrl+Enter starts an analysis', () => {
    const changes: string[] = [];
    render(<CodeEditor text="title: a rule" label="The rule" findings={[]} onChange={(text) => changes.push(text)} />);
    const field = screen.getByRole('textbox', { name: 'The rule' });
    fireEvent.keyDown(field, { key: 'Enter', code: 'Enter', keyCode: 13, ctrlKey: true });
    expect(changes).toEqual([]);
    fireEvent.keyDown(field, { key: 'Enter', code: 'Enter', keyCode: 13 });
    expect(changes.length).toBe(1);
  });
});
