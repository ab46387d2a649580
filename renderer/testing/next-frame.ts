import { act } from '@testing-library/react';

// Turns of the event loop that a change takes at most: a pause, a frame, an answer of the fake core, and its frame.
const turns = 12;

/** Lets the window draw what it has been told. It waits for turns of the event loop, not for time. */
export async function nextFrame(): Promise<void> {
  await act(async () => {
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  });
}
