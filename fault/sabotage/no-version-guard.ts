/** A delivery is written whatever has become of it since it was read. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/tables/delivery-writes.ts', 'AND version = ? - 1', 'AND ? > 0')
