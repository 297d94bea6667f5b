import type { Endpoint } from '../../domain/endpoint.ts'
import type { EndpointReads } from '../../ports/endpoints.ts'
import type { Driver } from '../driver/driver.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { readEndpoint } from '../rows/endpoint-row.ts'
import type { EndpointRow } from '../tables/endpoints.ts'
import { found } from './found.ts'

/** The port's reads of endpoints, over the rows of a driver; `encryptor` opens their headers. */
export function endpointReads(driver: Driver, encryptor: Encryptor): EndpointReads {
  const read = (row: EndpointRow): Endpoint => readEndpoint(row, encryptor)

  return {
    find: (id) => found(driver.read('endpoint', id), read),
    ofTenant: async (tenantId) => (await driver.read('endpointsOf', tenantId)).map(read),
    async list(query) {
      const { rows, next } = await driver.scan('listEndpoints', query)
      return { rows: rows.map(read), next }
    },
  }
}
