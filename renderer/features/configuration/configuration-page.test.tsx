// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { FakeCore, type FakeCoreInput } from '../../testing/fake-core.ts';
import { configOf, fakeProblems, infoOf, oracleDatabases } from '../../testing/fake-plan.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

describe('the configuration page', () => {
  let opened: OpenWindow | undefined;
  afterEach(() => opened?.close());

  async function page(input: FakeCoreInput = {}): Promise<FakeCore> {
    const core = new FakeCore({ config: configOf(oracleDatabases, false), ...input });
    opened = await openWindow(core);
    fireEvent.click(within(await screen.findByRole('navigation')).getByText('Configuration'));
    await screen.findByRole('heading', { name: 'Configuration' });
    return core;
  }
  const field = (label: string): HTMLInputElement => screen.getByLabelText(label);
  const save = (): HTMLButtonElement => screen.getByRole('button', { name: 'Save settings' });

  it('lists databases and queries with endpoint, change type and file', async () => {
    await page();
    const list = screen.getByRole('region', { name: 'Databases' });
    within(list).getByText('oracle.client.example.com:6036/CLIENT_AUDIT');
    within(list).getByText('Get token changes');
    within(list).getByText('/opt/cam/sql/get_token_changes.sql');
  });

  it('saves what was changed, and only then', async () => {
    const core = await page();
    expect(save().disabled).toBe(true);
    fireEvent.change(field('SID'), { target: { value: 'XY99999' } });
    screen.getByText('Not saved yet');
    fireEvent.click(save());
    await waitFor(() => expect(save().disabled).toBe(true));
    expect(core.calls.find((call) => call.method === 'settings.save')?.input).toEqual({
      instantClientDir: '/opt/oracle/instantclient_23_5',
      krb5Conf: '/etc/krb5.conf',
      krb5Cache: '',
      reportOutputDir: '/home/analyst/reports',
      emailRecipients: ['soc-lead@example.com', 'fraud-desk@example.com'],
      sid: 'XY99999',
      zone: 'Europe/Berlin',
    });
    expect(opened?.notices).toEqual([{ kind: 'settings-saved' }]);
  });

  it('keeps what is typed when the files change meanwhile, and can discard it', async () => {
    const core = await page();
    fireEvent.change(field('SID'), { target: { value: 'XY99999' } });
    act(() => core.send('config.changed', core.config));
    expect(field('SID').value).toBe('XY99999');
    fireEvent.click(screen.getByRole('button', { name: 'Discard changes' }));
    expect(field('SID').value).toBe('AB12345');
  });

  it('does not save what the core would refuse, and tells why the core refused', async () => {
    const core = await page();
    fireEvent.change(field('SID'), { target: { value: 'x'.repeat(65) } });
    screen.getByText('At most 64 characters.');
    expect(save().disabled).toBe(true);
    fireEvent.change(field('SID'), { target: { value: 'XY99999' } });
    core.refuse('settings.save', failure('config.unreadable', { message: 'The settings file cannot be written.' }));
    fireEvent.click(save());
    await screen.findByText('The settings file cannot be written.');
    expect(field('SID').value).toBe('XY99999');
  });

  it('lets paths be picked in the desktop and only there', async () => {
    await page({ info: infoOf('desktop') });
    fireEvent.click(screen.getByRole('button', { name: 'Choose Ticket cache' }));
    await waitFor(() => expect(field('Ticket cache').value).toBe('/etc/krb5.conf'));
    opened?.close();
    await page({ info: infoOf('browser') });
    expect(screen.queryByRole('button', { name: 'Choose Ticket cache' })).toBeNull();
  });

  it('stores a password where the host can, shows it to nobody, and forgets it again', async () => {
    const core = await page({ info: infoOf('desktop') });
    const passwords = await screen.findByRole('region', { name: 'Passwords' });
    within(passwords).getByText('missing: nothing stored, CAM_ARCHIVE_PASSWORD not set');
    const typed: HTMLInputElement = within(passwords).getByLabelText('Password of cam_reader on reporting_archive');
    fireEvent.change(typed, { target: { value: 'correct horse' } });
    fireEvent.click(within(passwords).getByRole('button', { name: 'Store' }));
    await within(passwords).findByText('stored in the key store');
    expect([core.secrets.stored.get('reporting_archive'), typed.value]).toEqual(['correct horse', '']);
    expect(document.body.innerHTML).not.toContain('correct horse');
    core.refuse('secrets.delete', failure('request.forbidden', { message: 'The key store is locked.' }));
    fireEvent.click(within(passwords).getByRole('button', { name: 'Forget' }));
    await within(passwords).findByText('The key store is locked.');
    core.refuse('secrets.delete');
    fireEvent.click(within(passwords).getByRole('button', { name: 'Forget' }));
    await within(passwords).findByText('missing: nothing stored, CAM_ARCHIVE_PASSWORD not set');
    expect(core.secrets.stored.size).toBe(0);
  });

  it('says where passwords come from when the host cannot store them', async () => {
    await page({ info: infoOf('browser') });
    const passwords = await screen.findByRole('region', { name: 'Passwords' });
    within(passwords).getByText('Only the desktop program can keep a password.');
    expect(within(passwords).queryByRole('button', { name: 'Store' })).toBeNull();
  });

  it('shows every mistake with its place, and the settings once they are corrected', async () => {
    const good = configOf(oracleDatabases, false);
    const { settings: _settings, ...broken } = good;
    const core = await page({ config: { ...broken, problems: fakeProblems } });
    const problems = screen.getByRole('region', { name: '3 mistakes in the configuration' });
    expect(within(problems).getAllByRole('listitem').length).toBe(3);
    within(problems).getByText('databases[0].sql_queries[1].query_locaton');
    within(problems).getByText('Write query_location instead.');
    expect(screen.queryByLabelText('SID')).toBeNull();
    core.config = good;
    fireEvent.click(screen.getByRole('button', { name: 'Reload' }));
    await waitFor(() => expect(field('SID').value).toBe('AB12345'));
    expect(opened?.notices).toEqual([{ kind: 'configuration-reloaded', problems: 0 }]);
  });
});
