/** The shapes in which the service runs: what is promised in one is promised in all. */
import { describe } from 'vitest'
import { skipsWithoutRedis } from './redis.ts'

export interface Shape {
  name: string
  redis: boolean
  /** Processes beside the one that answers requests; with none it does the work itself. */
  workers: number
}

export const ALONE: Shape = { name: 'in one process', redis: false, workers: 0 }
export const ALONE_ON_REDIS: Shape = { name: 'in one process on Redis', redis: true, workers: 0 }
export const WITH_WORKER: Shape = { name: 'with a worker beside it', redis: true, workers: 1 }
export const WITH_TWO_WORKERS: Shape = { name: 'with two workers beside it', redis: true, workers: 2 }

const skipped = skipsWithoutRedis('the service in several processes')

/** The same tests in each of the shapes. */
export function describeIn(shapes: readonly Shape[], name: string, tests: (shape: Shape) => void): void {
  for (const shape of shapes) describe.skipIf(shape.redis && skipped)(`${name}, ${shape.name},`, () => tests(shape))
}
