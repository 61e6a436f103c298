// For the builds of the packages: esbuild imports chunks for their order alone. They do nothing by being loaded, and a bundler warns of each.

/**
 * A plugin of tsup.
 * @returns {NonNullable<import('tsup').Options['plugins']>[number]}
 */
export function noBareImports() {
  return {
    name: 'no-bare-imports',
    // The line stays, so that the source map holds.
    renderChunk: (code) => ({ code: code.replace(/^import "\.{1,2}\/chunk-\w+\.js";$/gm, '') }),
  }
}
