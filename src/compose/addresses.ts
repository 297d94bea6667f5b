import { networkInterfaces } from 'node:os'
import { type Config, ConfigError } from '../config.ts'

/** The operator is told which setting to change. */
export function refuseAddress({ host, port }: Pick<Config, 'host' | 'port'>): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const cannot = `cannot be listened on at ${host}:${port} (${error.code ?? error.message})`
    throw new ConfigError(['EADDRINUSE', 'EACCES'].includes(error.code ?? '') ? `PORT ${port}` : `HOST ${host}`, cannot)
  }
}

/** What reaches us: callbacks never go there. */
export function ownAddresses(host: string): string[] {
  const isWildcard = host === '0.0.0.0' || host === '::'
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list?.map((one) => one.address) ?? [])
  return isWildcard ? [host, ...interfaces] : [host === 'localhost' ? '127.0.0.1' : host]
}
