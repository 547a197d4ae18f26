/** The text of a product that is embedded: what it is called, what is known of it, what is said about it. */
export function passageOf(product: {
  readonly title: string;
  readonly category: string;
  readonly aliases: readonly string[];
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly description: string;
}): string {
  const attributes = Object.entries(product.attributes).map(([name, value]) => `${name} ${value}`);
  const names = [product.title, product.category, ...product.aliases].join(", ");
  return `${names}. ${attributes.join(", ")}. ${product.description}`;
}
