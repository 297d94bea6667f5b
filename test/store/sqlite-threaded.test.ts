import { storeConformance } from './conformance.ts'
import { threadedOnce } from './open-stores.ts'

storeConformance('SQLite threaded', threadedOnce())
