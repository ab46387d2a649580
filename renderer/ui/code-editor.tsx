import { autocompletion, completeAnyWord } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import styles from './code-editor.module.css';

/** Something to be said of a place in the text. Lines and columns count from 1. */
export interface CodeFinding {
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

interface CodeEditorProps {
  readonly text: string;
  readonly label: string;
  readonly findings: readonly CodeFinding[];
  readonly onChange: (text: string) => void;
}

const look = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--cam-accent-text)' },
  { tag: [tags.string, tags.content], color: 'var(--cam-text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--cam-connecting)' },
  { tag: tags.comment, color: 'var(--cam-faint)', fontStyle: 'italic' },
  { tag: [tags.meta, tags.keyword, tags.separator], color: 'var(--cam-cancelled)' },
]);

/** Without Ctrl+Enter: it starts an analysis everywhere in the window, and must not put a blank line into the text as well. */
const editingKeys = defaultKeymap.filter(({ key }) => key !== 'Mod-Enter');

/** An editor for YAML. Tab leaves it, so that nobody is caught in it with the keyboard. */
export function CodeEditor({ text, label, findings, onChange }: CodeEditorProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  const [initial] = useState(text);
  useEffect(() => {
    changed.current = onChange;
  });
  useEffect(() => {
    if (place.current === null) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: initial,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          bracketMatching(),
          highlightSelectionMatches(),
          indentUnit.of('  '),
          yaml(),
          // Ctrl+Space offers the words of the text, such as the names of its rules.
          autocompletion({ override: [completeAnyWord], activateOnTyping: false }),
          syntaxHighlighting(look),
          keymap.of([...editingKeys, ...historyKeymap, ...searchKeymap, ...lintKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = made;
    return () => {
      made.destroy();
      editor.current = null;
    };
  }, [initial, label]);
  useEffect(() => {
    const view = editor.current;
    if (view === null || view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    const view = editor.current;
    if (view !== null) view.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state, findings)));
  }, [findings]);
  return <div ref={place} className={styles.editor} />;
}

/** Places in the text as it is now; a finding of an older text may lie behind its end. */
function diagnosticsOf({ doc }: EditorState, findings: readonly CodeFinding[]): Diagnostic[] {
  return findings.map(({ line, column, severity, message }) => {
    const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
    return { from: Math.min(to, from + Math.max(0, column - 1)), to, severity, message };
  });
}
