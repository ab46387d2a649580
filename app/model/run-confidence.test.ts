import { describe, expect, it } from 'vitest';
import { runConfidence } from './run-confidence.ts';

describe('the confidence of a run', () => {
  it.each([
    [1, 1, 1],
    [0.75, 1, 0.75],
    [0.75, 2, 0.5625],
    [0.75, 0, 1],
    [0, 0, 0],
    [1, 5, 1],
  ])('with a coverage of %f and a penalty of %f is %f', (ratio, confidencePenalty, expected) => {
    expect(runConfidence({ confidencePenalty }, { ratio })).toBe(expected);
  });

  it('falls with the coverage where nothing else is set', () => {
    expect(runConfidence({}, { ratio: 0.5 })).toBe(0.5);
  });
});
