/** Where a fault command finds its job types, and the modules that change the service as it is loaded. */
import { fileURLToPath } from 'node:url'

/** The job types of `fault/handlers`, for `HANDLERS_DIR`. */
export const HANDLERS: string = fileURLToPath(new URL('../handlers/', import.meta.url))

/** A build that breaks one promise: a module of `fault/sabotage`, for `ServiceOptions.preload`. */
export function sabotage(name: string): URL {
  return new URL(`../sabotage/${name}.ts`, import.meta.url)
}

/** A build that breaks nothing but waits shorter or writes sooner: a module of `fault/tuning`, for `ServiceOptions.preload`. */
export function tuning(name: string): URL {
  return new URL(`../tuning/${name}.ts`, import.meta.url)
}
