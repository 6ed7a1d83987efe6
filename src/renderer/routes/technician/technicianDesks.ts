/** What a technician looks after: the devices, what leaves, where to, and what the site says of itself. */
export const TECHNICIAN_DESKS = ['devices', 'outbox', 'destinations', 'site'] as const;
export type TechnicianDesk = (typeof TECHNICIAN_DESKS)[number];
