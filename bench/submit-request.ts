import { ADMIN_KEY } from '../test/support/service.ts'

/** The bytes of a submission, as plain sockets send it. */
export function submitRequest(job: object): string {
  const body = JSON.stringify(job)
  const head = `POST /v1/jobs HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${ADMIN_KEY}\r\ncontent-type: application/json\r\n`
  return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
