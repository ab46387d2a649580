import { describe, expect, it } from 'vitest';
import { fakeSettings } from '../../testing/fake-plan.ts';
import { draftOf, isSameDraft, problemsOf } from './settings-draft.ts';

describe('the settings while they are edited', () => {
  const draft = draftOf(fakeSettings);

  it('begin as they are, with empty text for a path that is not set', () => {
    expect(draft).toMatchObject({ instantClientDir: '/opt/oracle/instantclient_23_5', krb5Cache: '', sid: 'AB12345' });
    expect(problemsOf(draft)).toEqual({});
    expect(isSameDraft(draft, draftOf(fakeSettings))).toBe(true);
  });

  it('name the recipient that is no address, the zone that is none, the id that is too long', () => {
    expect(problemsOf({ ...draft, emailRecipients: ['a@example.com', 'nobody'] })).toEqual({ emailRecipients: 'nobody' });
    expect(problemsOf({ ...draft, zone: 'Berlin' })).toEqual({ zone: 'Berlin' });
    expect(problemsOf({ ...draft, sid: 'x'.repeat(65) })).toEqual({ sid: '' });
  });
});
