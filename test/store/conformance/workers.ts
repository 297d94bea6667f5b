import { expect, it } from 'vitest'
import type { OpenStore } from '../conformance.ts'
import { NOW } from '../records.ts'

export function workerConformance(open: OpenStore): void {
  it('knows every worker until it is removed, and one that is gone can renew nothing', async () => {
    const store = await open()
    const info = { role: 'worker', host: 'a', pid: 1, version: '1', threads: [{ name: 't' }], running: [] }
    const worker = { id: 'w1', startedAt: NOW, renewedAt: NOW, info }
    expect(await store.commit([{ write: 'insertWorker', worker }])).toBe(true)
    expect(await store.commit([{ write: 'renewWorker', id: 'w1', at: NOW + 3, info }])).toBe(true)
    expect(await store.commit([{ write: 'insertWorker', worker }])).toBe(true)
    expect(await store.workers.all()).toEqual([{ ...worker, renewedAt: NOW + 3 }])
    expect(await store.commit([{ write: 'removeWorker', id: 'w1', renewedAt: NOW }])).toBe(false)
    expect(await store.commit([{ write: 'removeWorker', id: 'w1', renewedAt: NOW + 3 }])).toBe(true)
    expect(await store.commit([{ write: 'renewWorker', id: 'w1', at: NOW + 6, info }])).toBe(false)
    expect(await store.workers.all()).toEqual([])
  })
}
