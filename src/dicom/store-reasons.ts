/** Failure and warning reasons of a store. PS3.18 table I.2-2; PS3.4 B.2.3. */
export const PROCESSING_FAILURE = 0x0110
/** The UID is stored with other bytes, or in another study or series. From PS3.7 C.5.7, allowed by PS3.18 I.2.2. */
export const DUPLICATE_SOP_INSTANCE = 0x0111
export const OUT_OF_RESOURCES = 0xa700
/** also: the study is not the one that the request names */
export const DATA_SET_DOES_NOT_MATCH_SOP_CLASS = 0xa900
export const CANNOT_UNDERSTAND = 0xc000
export const TRANSFER_SYNTAX_NOT_SUPPORTED = 0xc122

/** stored with attributes that are not as they came */
export const COERCION_OF_DATA_ELEMENTS = 0xb000
/** stored, though something in it does not fit */
export const DATA_SET_DOES_NOT_MATCH_WARNING = 0xb007
