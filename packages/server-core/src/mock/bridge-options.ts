// What a mocking tool cannot tell a bridge about the app.

export interface BridgeOptions {
  /** The origin of the page that the app runs in, where the tool does not tell: the server judges by it [OR-1]. */
  readonly origin?: string
}
