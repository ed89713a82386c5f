declare module 'postject' {
  /** Puts a resource into an ELF, Mach-O or PE file, in place, and turns its fuse on. */
  export function inject(
    filename: string,
    resourceName: string,
    resourceData: Buffer,
    options: { readonly sentinelFuse: string; readonly machoSegmentName: string },
  ): Promise<void>;
}
