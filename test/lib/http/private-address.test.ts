import { describe, expect, it } from '@jest/globals';
import { isPrivateHost } from '../../../lib/http/private-address.ts';

describe('a host', () => {
  it.each([
    'http://169.254.169.254/',
    'https://10.0.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0.0.0.0/',
    'https://100.64.0.1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[64:ff9b:1::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[fec0::1]/',
    'https://[ff02::1]/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://a.localhost/',
    'https://metadata.google.internal/',
    'https://router.home.arpa/',
    'https://printer.localdomain/',
    'https://169.254.169.254./',
  ])('is private: %s', (url) => {
    expect(isPrivateHost(new URL(url).hostname)).toBe(true);
  });

  it.each([
    'https://auth.example.com/',
    'https://8.8.8.8/',
    'https://172.32.0.1/',
    'https://[2606:4700::1111]/',
    'https://internal.example.com/',
    'https://notlocalhost/',
  ])('is public: %s', (url) => {
    expect(isPrivateHost(new URL(url).hostname)).toBe(false);
  });
});
