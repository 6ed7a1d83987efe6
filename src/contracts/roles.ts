import { z } from 'zod';

/** Who is speaking. The cart's own window acts for the nurse. */
export const ROLES = ['nurse', 'physician', 'technician', 'coordinator'] as const;
export const RoleSchema = z.enum(ROLES);
export type Role = z.infer<typeof RoleSchema>;
