import type { ReactNode } from 'react';
import figures from '../figures/figures.module.css';
import { ChainPart } from './chain-part.tsx';
import { HoldsPart } from './holds-part.tsx';
import { RetentionPart } from './retention-part.tsx';
import { TrailPart } from './trail-part.tsx';

/** Holds, the audit chain, the trail as a file, and what a deletion by age would delete. */
export function AuditTab(): ReactNode {
  return (
    <div className={figures.scroll} style={{ height: '100%' }}>
      <div className={figures.inner}>
        <div className={figures.charts}>
          <ChainPart />
          <TrailPart />
          <HoldsPart />
          <RetentionPart />
        </div>
      </div>
    </div>
  );
}
