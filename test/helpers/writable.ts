/** What a schema gives as its type, to be changed in a test. */
export type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T
