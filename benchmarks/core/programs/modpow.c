// Powers of large numbers by Montgomery's multiplication ("Modular
// Multiplication Without Trial Division", 1985): Fermat's test of the numbers
// 2^p - 1 for all prime exponents p below a limit. It prints which are prime.
//
// Stresses products of 32 bits that have 64, and chains of carries.
//
//   modpow [LIMIT]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LIMBS = 160 };

// The least significant limb comes first.
typedef struct {
  uint32_t limbs[MOST_LIMBS];
} Number;

typedef struct {
  Number modulus;
  int limbs;
  uint32_t inverse; // of the negative lowest limb, modulo 2^32
} Field;

static int is_at_least(const uint32_t *a, const uint32_t *b, int limbs) {
  for (int i = limbs - 1; i >= 0; i--)
    if (a[i] != b[i])
      return a[i] > b[i];
  return 1;
}

static void subtract(uint32_t *a, const uint32_t *b, int limbs) {
  uint32_t borrow = 0;
  for (int i = 0; i < limbs; i++) {
    uint64_t difference = (uint64_t)a[i] - b[i] - borrow;
    a[i] = (uint32_t)difference;
    borrow = (uint32_t)(difference >> 63);
  }
}

// sum += factor * number; returns the carry
static uint32_t add_product(uint32_t *sum, const uint32_t *number,
                            uint32_t factor, int limbs) {
  uint64_t carry = 0;
  for (int i = 0; i < limbs; i++) {
    carry += (uint64_t)factor * number[i] + sum[i];
    sum[i] = (uint32_t)carry;
    carry >>= 32;
  }
  return (uint32_t)carry;
}

// a b / 2^(32 limbs), modulo the modulus: each row of the product is followed
// by the multiple of the modulus that makes its lowest limb 0.
static void multiply(const Field *field, const Number *a, const Number *b,
                     Number *product) {
  uint32_t sum[2 * MOST_LIMBS + 1] = {0}, top = 0;
  int limbs = field->limbs;
  const uint32_t *modulus = field->modulus.limbs;
  for (int i = 0; i < limbs; i++) {
    uint64_t carry = add_product(sum + i, b->limbs, a->limbs[i], limbs);
    uint32_t factor = sum[i] * field->inverse;
    carry += add_product(sum + i, modulus, factor, limbs);
    carry += top;
    sum[i + limbs] = (uint32_t)carry;
    top = (uint32_t)(carry >> 32);
  }
  if (top != 0 || is_at_least(sum + limbs, modulus, limbs))
    subtract(sum + limbs, modulus, limbs);
  memcpy(product->limbs, sum + limbs, (size_t)limbs * sizeof *sum);
}

// a := 2 a, modulo the modulus
static void twice(const Field *field, Number *a) {
  uint32_t carry = 0;
  for (int i = 0; i < field->limbs; i++) {
    uint32_t limb = a->limbs[i];
    a->limbs[i] = limb << 1 | carry;
    carry = limb >> 31;
  }
  if (carry != 0 || is_at_least(a->limbs, field->modulus.limbs, field->limbs))
    subtract(a->limbs, field->modulus.limbs, field->limbs);
}

// Newton's iteration doubles the correct bits, of which there are three first.
static uint32_t negative_inverse(uint32_t odd) {
  uint32_t inverse = odd;
  for (int i = 0; i < 4; i++)
    inverse *= 2 - odd * inverse;
  return 0 - inverse;
}

static Field field_of_mersenne_number(int p) {
  Field field = {.limbs = (p + 31) / 32};
  for (int bit = 0; bit < p; bit++)
    field.modulus.limbs[bit / 32] |= (uint32_t)1 << bit % 32;
  field.inverse = negative_inverse(field.modulus.limbs[0]);
  return field;
}

// small * 2^(32 limbs), the form in which `multiply` takes its factors
static Number enter(const Field *field, uint32_t small) {
  Number number = {{small}};
  for (int i = 0; i < 32 * field->limbs; i++)
    twice(field, &number);
  return number;
}

// base^exponent, from the highest bit of the exponent on
static Number power(const Field *field, uint32_t base, const Number *exponent) {
  Number factor = enter(field, base), result = enter(field, 1), one = {{1}};
  for (int bit = 32 * field->limbs - 1; bit >= 0; bit--) {
    multiply(field, &result, &result, &result);
    if (exponent->limbs[bit / 32] >> bit % 32 & 1)
      multiply(field, &result, &factor, &result);
  }
  multiply(field, &result, &one, &result);
  return result;
}

// 3^(n-1) for n = 2^p - 1, which is 1 if n is prime.
static Number fermat(const Field *field) {
  Number exponent = field->modulus;
  exponent.limbs[0]--;
  return power(field, 3, &exponent);
}

static int is_one(const Number *number, int limbs) {
  for (int i = 1; i < limbs; i++)
    if (number->limbs[i] != 0)
      return 0;
  return number->limbs[0] == 1;
}

static int is_prime(int n) {
  for (int divisor = 2; divisor * divisor <= n; divisor++)
    if (n % divisor == 0)
      return 0;
  return n > 1;
}

// 3^100 modulo 2^61 - 1; Robinson's prime of 1952, and one that is none.
static int is_correct(void) {
  Field small = field_of_mersenne_number(61),
        prime = field_of_mersenne_number(521),
        composite = field_of_mersenne_number(523);
  Number hundred = {{100}}, result = power(&small, 3, &hundred),
         first = fermat(&prime), second = fermat(&composite);
  uint64_t expected = UINT64_C(1175369268131054105);
  return result.limbs[0] == (uint32_t)expected &&
         result.limbs[1] == (uint32_t)(expected >> 32) &&
         is_one(&first, prime.limbs) && !is_one(&second, composite.limbs);
}

int main(int argc, char **argv) {
  int limit = argc > 1 ? atoi(argv[1]) : 1700;
  if (limit > 32 * MOST_LIMBS)
    return 2;
  if (!is_correct()) {
    fputs("modpow: wrong result\n", stderr);
    return 1;
  }
  uint32_t checksum = 0;
  printf("modpow %d:", limit);
  for (int p = 5; p < limit; p++) {
    if (!is_prime(p))
      continue;
    Field field = field_of_mersenne_number(p);
    Number result = fermat(&field);
    if (is_one(&result, field.limbs))
      printf(" %d", p);
    for (int i = 0; i < field.limbs; i++)
      checksum = checksum * 31 + result.limbs[i];
  }
  printf(" %08" PRIx32 "\n", checksum);
  return 0;
}
