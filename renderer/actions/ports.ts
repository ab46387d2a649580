import type { CamClient } from '../../app/contract/methods.ts';
import type { PageTransport } from '../client/page-transport.ts';
import type { AppStore } from '../store/app-store.ts';
import type { FramePorts } from './frame-scheduler.ts';
import type { Notice } from './notice.ts';

/** What the actions work with; made once per window. */
export interface ActionPorts {
  readonly client: CamClient;
  readonly store: AppStore;
  readonly frames: FramePorts;
  readonly onConnection?: PageTransport['onConnection'];
  readonly copyText: (text: string) => Promise<void>;
  readonly notify: (notice: Notice) => void;
  /** Opens a `mailto:` address where the host cannot. */
  readonly openUrl: (url: string) => void;
}
