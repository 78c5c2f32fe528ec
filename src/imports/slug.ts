/** A name as part of a code: letters and digits, joined by hyphens. */
export const slug = (text: string) =>
  text
    .toLowerCase()
    .replaceAll('+', '-plus')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80) || 'unnamed'
