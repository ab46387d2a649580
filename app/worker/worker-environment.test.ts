import { describe, expect, it } from 'vitest';
import { fakeDatabase } from '../testing/worker-builders.ts';
import { workerEnvironment } from './worker-environment.ts';

describe('the environment of a worker', () => {
  it('has a thread for every connection and two more, and the time in UTC', () => {
    expect(workerEnvironment(fakeDatabase({}, { maxConcurrency: 7 }))).toMatchObject({ UV_THREADPOOL_SIZE: '9', TZ: 'UTC' });
  });
});
