// 64-bit arithmetic: products of 128 bits from halves, powers modulo a prime, the test of
// Miller and Rabin, division with both signs, shifts, rotations and bit counts.

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

static uint64_t rotate_left(uint64_t x, unsigned n) {
  return x << (n & 63) | x >> (-n & 63);
}

static void multiply(uint64_t a, uint64_t b, uint64_t *high, uint64_t *low) {
  uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
  uint64_t mid = a1 * b0 + (a0 * b0 >> 32);
  uint64_t mid2 = a0 * b1 + (uint32_t)mid;
  *high = a1 * b1 + (mid >> 32) + (mid2 >> 32);
  *low = mid2 << 32 | (uint32_t)(a0 * b0);
}

// Both factors are below m, and m below 2^63.
static uint64_t multiply_modulo(uint64_t a, uint64_t b, uint64_t m) {
  uint64_t high, low;
  multiply(a, b, &high, &low);
  uint64_t rest = high % m;
  for (int i = 63; i >= 0; i--) {
    rest = rest << 1 | (low >> i & 1);
    if (rest >= m) rest -= m;
  }
  return rest;
}

static uint64_t power_modulo(uint64_t x, uint64_t n, uint64_t m) {
  uint64_t result = 1 % m;
  for (x %= m; n; n >>= 1) {
    if (n & 1) result = multiply_modulo(result, x, m);
    x = multiply_modulo(x, x, m);
  }
  return result;
}

static int is_prime(uint64_t n) {
  static const uint64_t bases[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
  if (n < 2) return 0;
  for (int i = 0; i < 12; i++)
    if (n % bases[i] == 0) return n == bases[i];
  int twos = __builtin_ctzll(n - 1);
  for (int i = 0; i < 12; i++) {
    uint64_t x = power_modulo(bases[i], (n - 1) >> twos, n);
    if (x == 1 || x == n - 1) continue;
    int k = 1;
    while (k < twos && (x = multiply_modulo(x, x, n)) != n - 1) k++;
    if (k == twos) return 0;
  }
  return 1;
}

static uint64_t gcd(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

int main(void) {
  uint64_t state = 0x853c49e6748fea9b, mixed = 0;
  for (int i = 0; i < 200000; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    mixed = rotate_left(mixed, (unsigned)state) + state * 0x9e3779b97f4a7c15;
    mixed ^= (uint64_t)((int64_t)mixed >> (state >> 58));
  }
  printf("mixed %016" PRIx64 "\n", mixed);

  uint64_t high, low;
  multiply(0xfedcba9876543210, 0x0123456789abcdef, &high, &low);
  printf("product %016" PRIx64 "%016" PRIx64 "\n", high, low);

  uint64_t prime = 9223372036854775783u;
  printf("power %" PRIu64 " prime %d composite %d\n",
         power_modulo(3, 1000000007, prime), is_prime(prime), is_prime(prime - 2));
  int count = 0;
  for (uint64_t n = 1000000000000; n < 1000000001000; n++) count += is_prime(n);
  printf("primes after 10^12: %d\n", count);
  printf("gcd %" PRIu64 "\n", gcd(12345678901234567890u, 9876543210987654320u));

  static const int64_t numerators[] = {7, -7, INT64_MAX, INT64_MIN, 1000000000000, 0};
  static const int64_t divisors[] = {2, -2, 3, 1000, INT64_MIN};
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 5; j++) {
      volatile int64_t n = numerators[i], d = divisors[j];
      printf("%" PRId64 "/%" PRId64 " = %" PRId64 " rest %" PRId64 ", unsigned %" PRIu64 "\n", n,
             d, n / d, n % d, (uint64_t)n / (uint64_t)d);
    }
  for (unsigned n = 0; n < 64; n += 9) {
    volatile uint64_t x = 0xf00dfeedcafe1234;
    printf("%2u %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " clz %d ctz %d ones %d\n", n, x << n,
           x >> n, (uint64_t)((int64_t)x >> n), __builtin_clzll(x >> n), __builtin_ctzll(x << n),
           __builtin_popcountll(x >> n));
  }
  volatile double big = 1e18, fraction = -1234567.75;
  volatile uint64_t all = UINT64_MAX;
  printf("%" PRId64 " %" PRId64 " %.1f %.1f %.1f\n", (int64_t)big, (int64_t)fraction,
         (double)all, (double)(int64_t)all, (double)(float)(all >> 23));
  return 0;
}
