import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatInZone } from '../../../app/model/zoned-time.ts';
import type { DatabaseTicket, PreflightMessage, PreflightView } from '../../../app/model/preflight.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './preflight.module.css';

/** What is known of the tickets and the client library, and what to do about it. */
export function PreflightDetails({ preflight }: { readonly preflight: PreflightView }): ReactNode {
  const { preflight: texts } = useTexts();
  const { checkPreflight } = useActions();
  const zone = useApp(zoneOf);
  const client = preflight.instantClient;
  return (
    <div className={styles.details}>
      {preflight.tickets.map((ticket) => (
        <Ticket key={ticket.databases.join('\n')} ticket={ticket} />
      ))}
      {preflight.runEndsAt !== undefined && (
        <p className={styles.message}>{texts.expectedUntil(`${formatInZone(preflight.runEndsAt, zone).slice(0, 16)} ${zone}`)}</p>
      )}
      {client !== undefined && (
        <section>
          <h2 className={styles.title}>{texts.client}</h2>
          {client.version !== undefined && <div>{texts.clientVersion(client.version)}</div>}
          {client.folder !== undefined && <div className={styles.path}>{client.folder}</div>}
          <Messages messages={client.messages} />
        </section>
      )}
      <Button size="compact-sm" variant="default" leftSection={<Icon name="refresh" size={12} />} onClick={() => void checkPreflight()}>
        {texts.checkAgain}
      </Button>
    </div>
  );
}

function Ticket({ ticket: { databases, preflight } }: { readonly ticket: DatabaseTicket }): ReactNode {
  const { preflight: texts } = useTexts();
  const zone = useApp(zoneOf);
  const { principal, realm, cache, endsAt, renewable, renewTill, clockOffsetSeconds } = preflight.facts;
  const time = (instant: string | undefined): ReactNode =>
    instant === undefined ? undefined : <time dateTime={instant}>{`${formatInZone(instant, zone)} ${zone}`}</time>;
  const isRenewable = renewable && renewTill !== undefined;
  const renewal = isRenewable ? texts.renewableUntil(`${formatInZone(renewTill, zone)} ${zone}`) : texts.notRenewable;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [texts.facts.principal, principal],
    [texts.facts.realm, realm],
    [texts.facts.cache, cache],
    [texts.facts.ends, time(endsAt)],
    // Without a ticket there is nothing to be renewed.
    [texts.facts.renewable, endsAt === undefined ? undefined : renewal],
    [texts.facts.clock, clockOffsetSeconds === undefined ? undefined : texts.clockOffset(clockOffsetSeconds)],
  ];
  return (
    <section>
      <h2 className={styles.title}>{texts.usedBy(databases)}</h2>
      <Messages messages={preflight.messages} />
      <dl className={styles.facts}>
        {facts.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name} className={styles.fact}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}

function Messages({ messages }: { readonly messages: readonly PreflightMessage<string>[] }): ReactNode {
  return messages.map(({ reason, message, action }) => (
    <p key={reason} className={styles.message}>
      <strong>{message}</strong> {action}
    </p>
  ));
}
