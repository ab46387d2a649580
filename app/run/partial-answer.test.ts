import { describe, expect, it } from 'vitest';
import { samplePlan } from '../testing/builders.ts';
import { outcomeOfAnswer } from './partial-answer.ts';

describe('an answer', () => {
  const completed = { kind: 'completed', rows: 3, bytes: 30, nullIds: 1, nullTimes: 0 } as const;
  const plan = samplePlan();
  const { from, to } = plan.window;
  const answer = (replica: Parameters<typeof outcomeOfAnswer>[3]) => outcomeOfAnswer(completed, plan, 'two:1521/A', replica);

  it('of a primary, and of a standby that knows of the last moment of the window, is whole', () => {
    expect(answer(undefined)).toBe(completed);
    expect(answer({ lagMs: 5_000, knownUntil: to })).toBe(completed);
  });

  it('of a standby that lacks a microsecond of the window is partial, and says until when it knows', () => {
    const knownUntil = '2026-11-20T13:59:59.999999Z';
    expect(answer({ lagMs: 3_600_000, knownUntil })).toMatchObject({
      ...{ kind: 'partial', rows: 3, bytes: 30, nullIds: 1, nullTimes: 0, knownUntil },
      failure: {
        code: 'db.replica-behind',
        message: expect.stringMatching(/two:1521\/A was 3600 s behind.*2026-11-20 13:59:59 UTC/) as string,
      },
    });
  });

  it('of a standby that is seconds behind says so to the tenth', () => {
    const knownUntil = '2026-11-20T13:59:55.800000Z';
    const message = expect.stringMatching(/was 4\.2 s behind/) as string;
    expect(answer({ lagMs: 4_200, knownUntil })).toMatchObject({ kind: 'partial', failure: { message } });
    expect(answer({ knownUntil })).toMatchObject({ kind: 'partial', knownUntil });
  });

  it('of a standby of which nothing at all is known is partial for the whole window', () => {
    const message = 'The standby two:1521/A has answered, and how far it is behind is not known.';
    expect(answer({})).toMatchObject({ kind: 'partial', knownUntil: from, failure: { message } });
  });

  it('of a standby that does not say how far behind it is, is partial for the whole window', () => {
    expect(answer({ reason: 'It may not be asked.' })).toMatchObject({
      ...{ kind: 'partial', knownUntil: from },
      failure: { message: 'The standby two:1521/A has answered, and how far it is behind is not known. It may not be asked.' },
    });
  });
});
