import { expect, it } from 'vitest'
import type { OpenStore } from '../conformance.ts'
import { NOW } from '../records.ts'

export function workerConformance(open: OpenStore): void {
  it('knows every worker until it is removed, and one that is gone can renew nothing', async () => {
    const store = await open()
    const worker = { id: 'w1', startedAt: NOW, renewedAt: NOW }
    expect(await store.commit([{ write: 'insertWorker', worker }])).toBe(true)
    expect(await store.commit([{ write: 'renewWorker', id: 'w1', at: NOW + 3 }])).toBe(true)
    expect(await store.commit([{ write: 'insertWorker', worker }])).toBe(true)
    expect(await store.workers()).toEqual([{ ...worker, renewedAt: NOW + 3 }])
    expect(await store.commit([{ write: 'removeWorker', id: 'w1', renewedAt: NOW }])).toBe(false)
    expect(await store.commit([{ write: 'removeWorker', id: 'w1', renewedAt: NOW + 3 }])).toBe(true)
    expect(await store.commit([{ write: 'renewWorker', id: 'w1', at: NOW + 6 }])).toBe(false)
    expect(await store.workers()).toEqual([])
  })
}
