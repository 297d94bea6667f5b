/**
 * Nothing is claimed once a pause has been written: claims hold a lock in shared mode from before they look for a pause until they are
 * committed, and what writes a pause holds it alone. A destination that is not paused is written without.
 */
import { statement } from './statement.ts'

/** Names of these locks, so that they meet no other lock of two numbers. */
const TYPES = 21_076
const LANES = 21_077

/** Before the pause of a job type is written. */
export const LOCK_TYPE_PAUSES = statement(`SELECT pg_advisory_xact_lock(${TYPES}, 0)`)
/** Before a claim of jobs looks for paused types. */
export const SHARE_TYPE_PAUSES = statement(`SELECT pg_advisory_xact_lock_shared(${TYPES}, 0)`)
/** Before a destination is written. */
export const LOCK_LANE_PAUSE = statement(`
  SELECT CASE WHEN @paused_until::bigint IS NOT NULL THEN pg_advisory_xact_lock(${LANES}, hashtext(@id)) END`)
/** Before a claim of deliveries looks whether the lane is paused. */
export const SHARE_LANE_PAUSE = statement(`SELECT pg_advisory_xact_lock_shared(${LANES}, hashtext(@lane))`)
