import { Button, Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import { type PreflightVerdict, type PreflightView, verdictOf } from '../../../app/model/preflight.ts';
import { msOfInstant } from '../../../app/model/instant.ts';
import { ticketTooShort } from '../../model/ticket-too-short.ts';
import { formatDuration } from '../../model/numbers.ts';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { useNow } from '../../ui/use-now.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { PreflightDetails } from './preflight-details.tsx';

/** The state of the Kerberos tickets in the header; nothing where no database is entered with Kerberos. */
export function PreflightChip(): ReactNode {
  const { preflight: texts } = useTexts();
  const preflight = useApp((state) => state.session.preflight);
  const hasTickets = preflight !== null && preflight.tickets.length > 0;
  const nowMs = useNow(hasTickets);
  if (!hasTickets) return null;
  const verdict = worstOf(preflight);
  const endsMs = firstEndMs(preflight);
  const remaining = endsMs === null || endsMs <= nowMs ? null : formatDuration(Math.floor((endsMs - nowMs) / 60_000) * 60_000);
  return (
    <Popover width={420} position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Button size="compact-sm" variant="default" leftSection={<StateMark status={marks[verdict]} />}>
          {texts.kerberos(verdict, remaining, ticketTooShort(preflight) !== null)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={texts.details}>
        <PreflightDetails preflight={preflight} />
      </Popover.Dropdown>
    </Popover>
  );
}

const marks = { ok: 'completed', warning: 'retrying', blocked: 'failed' } as const satisfies Record<PreflightVerdict, string>;

function worstOf({ tickets, instantClient }: PreflightView): PreflightVerdict {
  return verdictOf([...tickets.flatMap(({ preflight }) => preflight.messages), ...(instantClient?.messages ?? [])]);
}

/** When the first of the tickets ends, in milliseconds since 1970-01-01 UTC. */
function firstEndMs({ tickets }: PreflightView): number | null {
  const ends = tickets.flatMap(({ preflight }) => (preflight.facts.endsAt === undefined ? [] : [msOfInstant(preflight.facts.endsAt)]));
  return ends.length === 0 ? null : Math.min(...ends);
}
