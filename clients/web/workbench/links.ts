// What the bar at the top offers: each part of the workbench names its own pages, and who has use of them.
import type {Role} from '@/gen/hotline/identity/v1/identity_pb';

export interface NavLink {
  to: string;
  // Key of the word in the part's messages.
  text: string;
  // Shown to whoever has one of these roles; empty = everybody. Only an offer: the services decide.
  roles: readonly Role[];
}
