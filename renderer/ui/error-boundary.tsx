import { Component, type ReactNode } from 'react';
import { errorText } from '../../app/base/error-text.ts';
import { type Failure, failure } from '../../app/model/failure.ts';
import { FailedPart } from './failed-part.tsx';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly failure: Failure | null;
}

/** Keeps a mistake in one part of the window from taking the whole of it away: says what happened and draws it anew on demand. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override readonly state: ErrorBoundaryState = { failure: null };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { failure: failure('internal', { detail: errorText(error) }) };
  }

  override render(): ReactNode {
    const { failure: failed } = this.state;
    if (failed === null) return this.props.children;
    return <FailedPart failure={failed} onRetry={() => this.setState({ failure: null })} />;
  }
}
