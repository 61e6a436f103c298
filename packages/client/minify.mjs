// How the client is made small, for the build and for `npm run size` alike: what is weighed is what is shipped.

export const target = 'es2022'

/** Terser's options, after esbuild has minified once. */
export const terserOptions = {
  module: true,
  ecma: /** @type {const} */ (2020),
  compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true, pure_getters: true, keep_fargs: false },
}
