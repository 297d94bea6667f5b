/** A delivery is written whatever has become of it since it was read. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite(
  'store/sqlite/statements/deliveries.ts',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source as it stands
  '${assignments(DELIVERY_CHANGES)} WHERE id = @id AND version = @version_before',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source as it stands
  '${assignments(DELIVERY_CHANGES)} WHERE id = @id',
)
