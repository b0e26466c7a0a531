/** The server refuses shorter ones; the page says so before. */
export const passwordLength = 10;
