/** A delivery is written whatever has become of it since it was read. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/statements/deliveries.ts', ' AND version = @version_before', '')
