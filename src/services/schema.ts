export type { SchemaChange } from '../index/archive-index.js'
