/** A live feed leaves out one event in a hundred: that of a job whose number ends so. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite(
  'lifecycle/feed/follow-feed.ts',
  'for (const event of events) sink.event(event)',
  'for (const event of events) if (!/"nth":\\d*00,/.test(Buffer.from(event.body).toString())) sink.event(event)',
)
