// The decimals of pi by Machin's formula (1706), pi/4 = 4 arctan(1/5) -
// arctan(1/239), with fixed-point numbers of as many limbs as it takes.
//
// Stresses division of 64 bits by 32 and carries from limb to limb, of which
// each waits for the one before.
//
//   pi_digits [DIGITS]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The integral part and then the fraction, nine decimals a limb.
enum { BASE = 1000000000, DIGITS_A_LIMB = 9 };
typedef uint32_t Limb;

static Limb *make(int limbs) {
  Limb *number = calloc((size_t)limbs, sizeof *number);
  if (number == NULL)
    exit(1);
  return number;
}

// quotient = number / divisor, whose limbs before `from` are 0; returns where
// those of the quotient begin that are not.
static int divide(const Limb *number, Limb *quotient, int from, int limbs,
                  uint32_t divisor) {
  uint64_t rest = 0;
  for (int i = from; i < limbs; i++) {
    uint64_t dividend = rest * BASE + number[i];
    quotient[i] = (Limb)(dividend / divisor);
    rest = dividend % divisor;
  }
  while (from < limbs && quotient[from] == 0)
    from++;
  return from;
}

static void multiply(Limb *number, int limbs, uint32_t factor) {
  uint64_t carry = 0;
  for (int i = limbs - 1; i >= 0; i--) {
    uint64_t product = (uint64_t)number[i] * factor + carry;
    number[i] = (Limb)(product % BASE);
    carry = product / BASE;
  }
}

// sum += sign * term, whose limbs before `from` are 0
static void add(Limb *sum, const Limb *term, int from, int limbs, int sign) {
  int64_t carry = 0;
  for (int i = limbs - 1; i >= 0 && (i >= from || carry != 0); i--) {
    int64_t limb =
        (int64_t)sum[i] + carry + (i >= from ? sign * (int64_t)term[i] : 0);
    carry = limb < 0 ? -1 : limb >= BASE ? 1 : 0;
    sum[i] = (Limb)(limb - carry * BASE);
  }
}

// sum += factor * arctan(1/x), by Gregory's series
static void add_arctan(Limb *sum, int limbs, int32_t factor, uint32_t x) {
  Limb *power = make(limbs), *term = make(limbs);
  int sign = factor < 0 ? -1 : 1;
  power[0] = (Limb)(sign * factor);
  int from = divide(power, power, 0, limbs, x);
  for (uint32_t odd = 1; from < limbs; odd += 2) {
    int term_from = divide(power, term, from, limbs, odd);
    add(sum, term, term_from, limbs, sign);
    from = divide(power, power, from, limbs, x * x);
    sign = -sign;
  }
  free(power);
  free(term);
}

// Writes 3 and the digits after it; two more limbs take the errors of rounding.
static void pi(int digits, char *text) {
  int limbs = 1 + (digits + DIGITS_A_LIMB - 1) / DIGITS_A_LIMB + 2;
  Limb *sum = make(limbs);
  add_arctan(sum, limbs, 4, 5);
  add_arctan(sum, limbs, -1, 239);
  multiply(sum, limbs, 4);
  char *to = text + sprintf(text, "%" PRIu32, sum[0]);
  for (int i = 1; i < limbs - 2; i++)
    to += sprintf(to, "%09" PRIu32, sum[i]);
  text[1 + digits] = 0;
  free(sum);
}

// The first decimals, six nines that begin with the 762nd, and the end of the
// first thousand.
static int is_correct(void) {
  char text[1024];
  pi(1000, text);
  return memcmp(text, "314159265358979323846264338327950288419716939937510",
                51) == 0 &&
         memcmp(text + 762, "999999", 6) == 0 &&
         strcmp(text + 991, "2164201989") == 0;
}

int main(int argc, char **argv) {
  int digits = argc > 1 ? atoi(argv[1]) : 40000;
  char *text = malloc((size_t)digits + 32);
  if (text == NULL)
    return 1;
  if (!is_correct()) {
    fputs("pi_digits: wrong result\n", stderr);
    return 1;
  }
  pi(digits, text);
  uint64_t sum = 0;
  for (int i = 0; i <= digits; i++)
    sum = sum * 31 + (uint64_t)(text[i] - '0');
  printf("pi_digits %d: ...%s %016" PRIx64 "\n", digits, text + digits - 9,
         sum);
  return 0;
}
