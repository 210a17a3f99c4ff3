// JSON (RFC 8259): makes up a document, parses it to a tree, prints the tree
// and parses and prints that again, until the work is done. Numbers are read by
// Clinger's fast path ("How to Read Floating Point Numbers Accurately", 1990),
// which is exact for those of at most 15 digits.
//
// Stresses recursion, branches on bytes, many small pieces of memory and
// pointers between them.
//
//   json [ROUNDS]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { NOTHING, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT } Kind;

// A member of an object has a name; the children of an array or object are a
// list.
typedef struct Value {
  Kind kind;
  double number;
  char *name, *string;
  struct Value *children, *next;
} Value;

// ---- memory, which is freed all at once ----

static char *arena;
static size_t arena_size, arena_used;

static void *allocate(size_t size) {
  size = (size + 15) & ~(size_t)15;
  if (arena_used + size > arena_size) {
    fputs("json: out of memory\n", stderr);
    exit(1);
  }
  void *memory = arena + arena_used;
  arena_used += size;
  return memory;
}

// ---- from text to values; what is no JSON ends the program ----

static const char *at;

_Noreturn static void fail(void) {
  fputs("json: wrong result\n", stderr);
  exit(1);
}

static void skip_space(void) {
  while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')
    at++;
}

static void expect(const char *word) {
  for (; *word != 0; word++, at++)
    if (*at != *word)
      fail();
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static double parse_number(void) {
  static const double powers[] = {1,    1e1,  1e2,  1e3,  1e4,  1e5,
                                  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16};
  int negative = *at == '-', exponent = 0;
  at += negative;
  int64_t digits = 0;
  if (!is_digit(*at))
    fail();
  for (; is_digit(*at); at++)
    digits = digits * 10 + (*at - '0');
  if (*at == '.')
    for (at++; is_digit(*at); at++, exponent--)
      digits = digits * 10 + (*at - '0');
  if (*at == 'e' || *at == 'E') {
    int sign = *++at == '-' ? -1 : 1, power = 0;
    at += *at == '-' || *at == '+';
    for (; is_digit(*at); at++)
      power = power * 10 + (*at - '0');
    exponent += sign * power;
  }
  if (digits >= INT64_C(1000000000000000) || exponent < -16 || exponent > 16)
    fail();
  double number = (double)digits;
  number =
      exponent < 0 ? number / powers[-exponent] : number * powers[exponent];
  return negative ? -number : number;
}

static uint32_t parse_hex(void) {
  uint32_t code = 0;
  for (int i = 0; i < 4; i++, at++) {
    char c = *at | 0x20;
    if (!is_digit(*at) && (c < 'a' || c > 'f'))
      fail();
    code = code * 16 + (uint32_t)(is_digit(*at) ? *at - '0' : c - 'a' + 10);
  }
  return code;
}

// As UTF-8; those beyond the first 65536 stay two surrogates.
static char *put_code(char *to, uint32_t code) {
  if (code >= 0x800)
    *to++ = (char)(0xe0 | code >> 12);
  if (code >= 0x80) {
    *to++ =
        (char)(code >= 0x800 ? 0x80 | (code >> 6 & 0x3f) : 0xc0 | code >> 6);
    code = 0x80 | (code & 0x3f);
  }
  *to++ = (char)code;
  return to;
}

static const char escapes[] = "\"\\/bfnrt", escaped[] = "\"\\/\b\f\n\r\t";

static char *parse_string(void) {
  expect("\"");
  const char *end = at;
  while (*end != '"' && *end != 0)
    end += *end == '\\' ? 2 : 1;
  char *string = allocate((size_t)(end - at) + 1), *to = string;
  while (*at != '"') {
    if ((unsigned char)*at < 0x20)
      fail();
    if (*at != '\\') {
      *to++ = *at++;
    } else if (*++at == 'u') {
      at++;
      to = put_code(to, parse_hex());
    } else {
      const char *escape = strchr(escapes, *at++);
      if (escape == NULL)
        fail();
      *to++ = escaped[escape - escapes];
    }
  }
  at++;
  *to = 0;
  return string;
}

static Value *parse_value(void);

static Value *parse_children(char close) {
  Value *first = NULL, **last = &first;
  at++;
  skip_space();
  while (*at != close) {
    if (first != NULL) {
      expect(",");
      skip_space();
    }
    char *name = NULL;
    if (close == '}') {
      name = parse_string();
      skip_space();
      expect(":");
    }
    *last = parse_value();
    (*last)->name = name;
    last = &(*last)->next;
  }
  at++;
  return first;
}

static const char *const words[] = {"null", "false", "true"};

static Value *parse_value(void) {
  Value *value = allocate(sizeof *value);
  memset(value, 0, sizeof *value);
  skip_space();
  if (*at == 'n' || *at == 'f' || *at == 't') {
    value->kind = *at == 'n' ? NOTHING : *at == 'f' ? FALSE : TRUE;
    expect(words[value->kind]);
  } else if (*at == '"') {
    value->kind = STRING;
    value->string = parse_string();
  } else if (*at == '[' || *at == '{') {
    value->kind = *at == '[' ? ARRAY : OBJECT;
    value->children = parse_children(*at == '[' ? ']' : '}');
  } else {
    value->kind = NUMBER;
    value->number = parse_number();
  }
  skip_space();
  return value;
}

// ---- and back ----

static char *print_string(char *to, const char *string) {
  *to++ = '"';
  for (; *string != 0; string++) {
    const char *special = *string == '/' ? NULL : strchr(escaped, *string);
    if (special != NULL) {
      *to++ = '\\';
      *to++ = escapes[special - escaped];
    } else {
      *to++ = *string;
    }
  }
  *to++ = '"';
  return to;
}

// With up to six decimals, as many as it needs.
static char *print_number(char *to, double number) {
  if (number < 0) {
    *to++ = '-';
    number = -number;
  }
  uint64_t millionths = (uint64_t)(number * 1e6 + 0.5), unit = 1000000;
  while (millionths / unit >= 10)
    unit *= 10;
  for (; unit > 0 && (unit >= 1000000 || millionths > 0); unit /= 10) {
    if (unit == 100000)
      *to++ = '.';
    *to++ = (char)('0' + millionths / unit);
    millionths %= unit;
  }
  return to;
}

static char *print(char *to, const Value *value) {
  if (value->kind == STRING)
    return print_string(to, value->string);
  if (value->kind == NUMBER)
    return print_number(to, value->number);
  if (value->kind <= TRUE) {
    strcpy(to, words[value->kind]);
    return to + strlen(to);
  }
  *to++ = value->kind == ARRAY ? '[' : '{';
  for (const Value *child = value->children; child != NULL;
       child = child->next) {
    if (child != value->children)
      *to++ = ',';
    if (value->kind == OBJECT) {
      to = print_string(to, child->name);
      *to++ = ':';
    }
    to = print(to, child);
  }
  *to++ = value->kind == ARRAY ? ']' : '}';
  return to;
}

// Parses `text`, prints it to `again`, and returns the size of that.
static size_t copy(const char *text, char *again) {
  arena_used = 0;
  at = text;
  char *end = print(again, parse_value());
  if (*at != 0)
    fail();
  *end = 0;
  return (size_t)(end - again);
}

static void check(const char *text, const char *expected) {
  char again[256];
  copy(text, again);
  if (strcmp(again, expected) != 0)
    fail();
}

static void check_examples(void) {
  check(" [ ] ", "[]");
  check("{\"a\" : [null,true , false],\n\"b\":{}}",
        "{\"a\":[null,true,false],\"b\":{}}");
  check("[0,-0.5,1e3,12.50,0.000001,123456789.25,1E-2]",
        "[0,-0.5,1000,12.5,0.000001,123456789.25,0.01]");
  check("\"\\u0041\\u00e4\\u20ac\\n\\/\\\\\"",
        "\"A\xc3\xa4\xe2\x82\xac\\n/\\\\\"");
}

static void write_document(char *text, int records) {
  char *to = text;
  uint32_t state = 2463534242;
  *to++ = '[';
  for (int i = 0; i < records; i++) {
    state = state * 1664525 + 1013904223;
    to += sprintf(
        to,
        "%s\n  {\"id\": %d, \"name\": \"record \\\"%" PRIu32
        "\\\"\\t\\u00%02x\", "
        "\"position\": [%d.%03d, -%d.5e2], \"tags\": [\"red\", \"%s\", \"\"], "
        "\"more\": {\"flag\": %s, \"none\": null, \"deep\": [[[%d]]]}}",
        i == 0 ? "" : ",", i, state >> 12, 0x41 + i % 0xb0, (int)(state >> 20),
        (int)(state >> 8) % 1000 & 511, (int)(state >> 4 & 63),
        state >> 31 ? "green" : "blue", state >> 30 & 1 ? "true" : "false", i);
  }
  strcpy(to, "]");
}

int main(int argc, char **argv) {
  enum { RECORDS = 5000, SIZE = 1 << 21 };
  static char text[SIZE], again[SIZE], once_more[SIZE];
  int rounds = argc > 1 ? atoi(argv[1]) : 120;
  arena_size = 16 << 20;
  arena = malloc(arena_size);
  if (arena == NULL)
    return 1;
  check_examples();
  write_document(text, RECORDS);
  size_t size = 0;
  for (int i = 0; i < rounds; i++) {
    size = copy(text, again);
    if (copy(again, once_more) != size || memcmp(again, once_more, size) != 0)
      fail();
  }
  uint64_t sum = 0;
  for (size_t i = 0; i < size; i++)
    sum = sum * 31 + (unsigned char)again[i];
  printf("json %d: %zu %016" PRIx64 "\n", rounds, size, sum);
  return 0;
}
