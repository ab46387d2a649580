import { Component, type ErrorInfo, type ReactNode } from 'react';
import { errorText } from '../../app/base/error-text.ts';
import { failure } from '../../app/model/failure.ts';
import { useActions, useTexts } from '../store/window-context.tsx';
import { FailedPart, type FailedPartShape } from './failed-part.tsx';

interface ErrorBoundaryProps {
  /** What the part is called where it is said that it is not there. */
  readonly part: string;
  /** How much room there is to say so; default: that of a page. */
  readonly shape?: FailedPartShape;
  /** What the part is about: of another one it is drawn anew. Unlike a key it keeps the part's elements, which a screen reader listens to. */
  readonly about?: string | undefined;
  readonly children: ReactNode;
}

/**
 * Keeps a mistake in one part of the window from taking the rest of it away: says which part is not there and why, has it noted in the
 * log, and draws it anew on demand.
 */
export function ErrorBoundary({ part, shape, about, children }: ErrorBoundaryProps): ReactNode {
  const { brokenPart } = useTexts().shell;
  const { reportBrokenPart } = useActions();
  return (
    <Catcher
      about={about}
      onCaught={(error, stack) => reportBrokenPart(part, messageOf(error), `${errorText(error)}\n${stack}`)}
      instead={(error, retry) => (
        <FailedPart
          failure={failure('internal', { message: brokenPart.message(part), action: brokenPart.action, detail: errorText(error) })}
          shape={shape}
          onRetry={retry}
        />
      )}
    >
      {children}
    </Catcher>
  );
}

interface CatcherProps {
  readonly about: string | undefined;
  /** `stack`: the components in which it happened. */
  readonly onCaught: (error: unknown, stack: string) => void;
  readonly instead: (error: unknown, retry: () => void) => ReactNode;
  readonly children: ReactNode;
}

interface CatcherState {
  readonly caught: { readonly error: unknown } | null;
}

class Catcher extends Component<CatcherProps, CatcherState> {
  override readonly state: CatcherState = { caught: null };

  static getDerivedStateFromError(error: unknown): CatcherState {
    return { caught: { error } };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    this.props.onCaught(error, componentStack ?? '');
  }

  override componentDidUpdate(before: CatcherProps): void {
    if (before.about !== this.props.about && this.state.caught !== null) this.setState({ caught: null });
  }

  override render(): ReactNode {
    const { caught } = this.state;
    return caught === null ? this.props.children : this.props.instead(caught.error, () => this.setState({ caught: null }));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
