/** Who wrote a file: (0002,0012) and (0002,0013) of what Filmroom itself writes. PS3.7 D.3.3.2. */
export const IMPLEMENTATION_CLASS_UID = '2.25.302912471906841364371923786153870148097'
/** at most 16 characters */
export const IMPLEMENTATION_VERSION_NAME = 'FILMROOM'
