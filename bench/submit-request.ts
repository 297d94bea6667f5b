import { ADMIN_KEY } from '../test/support/service.ts'

/**
 * The bytes of a submission, as plain sockets send it.
 *
 * @param key of `Idempotency-Key`
 */
export function submitRequest(job: object, key?: string): string {
  const body = JSON.stringify(job)
  const head = `POST /v1/jobs HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${ADMIN_KEY}\r\ncontent-type: application/json\r\n${
    key === undefined ? '' : `idempotency-key: ${key}\r\n`
  }`
  return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
