/** A delivery is written whatever has become of it since it was read. */
import { rewrite } from '../harness/rewrite-source.ts'

// biome-ignore lint/suspicious/noTemplateCurlyInString: the source as it stands
rewrite('store/sqlite/statements/deliveries.ts', '`${AT_VERSION_BEFORE} AND lease', '`id = @id AND lease')
