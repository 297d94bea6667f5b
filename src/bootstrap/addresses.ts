import { networkInterfaces } from 'node:os'
import { ConfigError } from '../config/config-error.ts'

/** Turns the system's error into a `ConfigError` that tells the operator which setting to change. */
export function refuseAddress({ host, port }: { host: string; port: number }): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const cannot = `cannot be listened on at ${host}:${port} (${error.code ?? error.message})`
    throw new ConfigError(['EADDRINUSE', 'EACCES'].includes(error.code ?? '') ? `PORT ${port}` : `HOST ${host}`, cannot)
  }
}

/** The addresses of the machine's interfaces at present. */
export function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list?.map((one) => one.address) ?? [])
}
