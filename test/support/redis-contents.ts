/** Everything that a Redis holds. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestRedis } from './redis.ts'

/** How the whole of a value is read, by its type. */
const READS: Record<string, (key: string) => [command: string, ...args: string[]]> = {
  string: (key) => ['GET', key],
  hash: (key) => ['HGETALL', key],
  list: (key) => ['LRANGE', key, '0', '-1'],
  set: (key) => ['SMEMBERS', key],
  zset: (key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
  stream: (key) => ['XRANGE', key, '-', '+'],
}

/** Each key with its value, then each of its files, a snapshot of this moment among them; by name. */
export async function contentsOf(redis: TestRedis): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>()
  let cursor = '0'
  do {
    const [next, keys] = (await redis.ask('SCAN', cursor, 'COUNT', '1000')) as [string, string[]]
    for (const key of keys) contents.set(key, Buffer.from(JSON.stringify([key, await readValue(redis, key)])))
    cursor = next
  } while (cursor !== '0')

  await redis.ask('SAVE')
  for (const file of readdirSync(redis.folder, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) contents.set(file.name, readFileSync(join(file.parentPath, file.name)))
  }
  return contents
}

async function readValue(redis: TestRedis, key: string): Promise<unknown> {
  const type = String(await redis.ask('TYPE', key))
  // Gone since it was listed.
  if (type === 'none') return null
  const read = READS[type]
  if (read === undefined) throw new Error(`nobody knows how to read ${key}, a ${type}`)
  return redis.ask(...read(key))
}
